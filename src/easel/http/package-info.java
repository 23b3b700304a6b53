/**
 * Serves HTTP/1.1: requests, responses, routing, server-sent events, multipart bodies, ranges, static files.
 *
 * <p>Knows no noun of the product. What reaches the process from outside comes through here, and only {@link
 * easel.http.HttpServer} and its neighbours touch a client's socket.
 */
package easel.http;
