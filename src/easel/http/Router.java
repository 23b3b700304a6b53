package easel.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A table of routes, and the faces that share it.
 *
 * <pre>
 *   router.face("/v1", errors::unknown, errors, keys);
 *   router.on("GET /v1/models/{id}", models::one);              one segment, decoded
 *   router.on("POST /v1beta/models/{id}:predict", gemini::predict);  one segment that ends so
 *   router.on("GET /admin/{file...}", page);                    the rest, joined with slashes
 * </pre>
 *
 * <p>At each segment a literal beats a parameter with more letters around it, that beats a bare parameter, and that
 * beats a rest; a more special route without the method gives way to a less special one that has it. GET also serves
 * HEAD, and OPTIONS answers itself unless a route says otherwise; a CORS filter goes around the whole router, where it
 * sees preflights too. Fill it before serving; it is not locked.
 */
public final class Router implements Handler {

  /** Answers 404 and 405 in a face's own shape. */
  @FunctionalInterface
  public interface Fallback {
    /** @param allow methods the path has; empty for 404 */
    Response answer(Request request, int status, Set<String> allow) throws Exception;
  }

  private record Face(List<String> prefix, Fallback fallback, Filter[] filters) {}

  private record Route(List<String> params, Handler handler) {}

  private record Match(Node node, List<String> values) {}

  /** A parameter with literal text around it, {@code {id}:predict}. */
  private record Affix(String before, String after) {
    boolean fits(String segment) {
      return segment.length() > before.length() + after.length()
          && segment.startsWith(before) && segment.endsWith(after);
    }

    String value(String segment) {
      return segment.substring(before.length(), segment.length() - after.length());
    }

    int letters() {
      return before.length() + after.length();
    }
  }

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Map<Affix, Node> params = new TreeMap<>(
        Comparator.comparingInt(Affix::letters).reversed().thenComparing(Affix::before).thenComparing(Affix::after));
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private Node rest;
  }

  private static final Fallback PLAIN = (request, status, allow) ->
      Response.text(status, status == 404 ? "not found\n" : "method not allowed\n");

  private final Node top = new Node();
  private final List<Face> faces = new ArrayList<>();
  private final List<String> table = new ArrayList<>();

  /** @param route {@code METHOD /path}; two routes of one shape are refused */
  public Router on(String route, Handler handler) {
    var words = route.split(" ", 2);
    if (words.length != 2 || !words[1].startsWith("/")) {
      throw new IllegalArgumentException("a route is METHOD /path, not " + route);
    }
    var names = new ArrayList<String>();
    var node = top;
    var segments = segments(words[1]);
    for (int i = 0; i < segments.size(); i++) {
      node = grow(node, segments.get(i), i == segments.size() - 1, names);
    }
    if (names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException("a parameter appears twice in " + route);
    }
    if (node.routes.putIfAbsent(words[0], new Route(List.copyOf(names), handler)) != null) {
      throw new IllegalArgumentException("another route has the shape of " + route);
    }
    table.add(route);
    return this;
  }

  /** Paths at or below the prefix pass these filters, first one outermost, whether a route is found or not. */
  public Router face(String prefix, Fallback fallback, Filter... filters) {
    faces.add(new Face(prefix.equals("/") ? List.of() : segments(prefix), fallback, filters.clone()));
    faces.sort(Comparator.comparingInt((Face face) -> face.prefix().size()).reversed());
    return this;
  }

  /** A face with plain-text 404 and 405. */
  public Router prefix(String prefix, Filter... filters) {
    return face(prefix, PLAIN, filters);
  }

  /** Every route in the order it was added, as it was written. */
  public List<String> routes() {
    return List.copyOf(table);
  }

  private static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  private static Node grow(Node node, String segment, boolean last, List<String> names) {
    int open = segment.indexOf('{');
    int close = segment.indexOf('}');
    if (open < 0 && close < 0) {
      return node.literals.computeIfAbsent(segment, s -> new Node());
    }
    if (open < 0 || close < open + 2 || segment.indexOf('{', open + 1) >= 0) {
      throw new IllegalArgumentException("a segment holds one {name} at most, not " + segment);
    }
    var name = segment.substring(open + 1, close);
    if (!name.endsWith("...")) {
      names.add(name);
      return node.params.computeIfAbsent(
          new Affix(segment.substring(0, open), segment.substring(close + 1)), a -> new Node());
    }
    if (!last || open > 0 || close < segment.length() - 1) {
      throw new IllegalArgumentException("a rest is the whole of the last segment, not " + segment);
    }
    names.add(name.substring(0, name.length() - 3));
    node.rest = node.rest == null ? new Node() : node.rest;
    return node.rest;
  }

  @Override
  public Response handle(Request request) throws Exception {
    var matches = new ArrayList<Match>();
    collect(top, request.segments(), 0, List.of(), matches);
    var method = request.method();
    for (var match : matches) {
      var route = match.node().routes.get(method);
      if (route == null && method.equals("HEAD")) {
        route = match.node().routes.get("GET");
      }
      if (route != null) {
        return run(request, route, match.values());
      }
    }
    var allow = allow(matches);
    if (method.equals("OPTIONS") && !allow.isEmpty()) {
      return Response.empty(204).withHeader("Allow", String.join(", ", allow));
    }
    return unknown(request, allow);
  }

  private Response run(Request request, Route route, List<String> values) throws Exception {
    var params = new HashMap<String, String>();
    for (int i = 0; i < values.size(); i++) {
      params.put(route.params().get(i), values.get(i));
    }
    return route.handler().with(face(request).filters()).handle(request.params(params));
  }

  private Response unknown(Request request, Set<String> allow) throws Exception {
    var face = face(request);
    int status = allow.isEmpty() ? 404 : 405;
    Handler answer = asked -> face.fallback().answer(asked, status, allow);
    var response = answer.with(face.filters()).handle(request);
    return response.status() == 405 ? response.withHeader("Allow", String.join(", ", allow)) : response;
  }

  private Face face(Request request) {
    var path = request.segments();
    for (var face : faces) {
      int length = face.prefix().size();
      if (path.size() >= length && path.subList(0, length).equals(face.prefix())) {
        return face;
      }
    }
    return new Face(List.of(), PLAIN, new Filter[0]);
  }

  /** All nodes that fit the path, the most special first. */
  private static void collect(Node node, List<String> path, int at, List<String> values, List<Match> found) {
    if (at == path.size()) {
      if (!node.routes.isEmpty()) {
        found.add(new Match(node, values));
      }
      return;
    }
    var segment = path.get(at);
    var literal = node.literals.get(segment);
    if (literal != null) {
      collect(literal, path, at + 1, values, found);
    }
    node.params.forEach((affix, next) -> {
      if (affix.fits(segment)) {
        collect(next, path, at + 1, plus(values, affix.value(segment)), found);
      }
    });
    if (node.rest != null) {
      found.add(new Match(node.rest, plus(values, String.join("/", path.subList(at, path.size())))));
    }
  }

  private static List<String> plus(List<String> values, String value) {
    var more = new ArrayList<>(values);
    more.add(value);
    return more;
  }

  private static Set<String> allow(List<Match> matches) {
    var allow = new TreeSet<String>();
    matches.forEach(match -> allow.addAll(match.node().routes.keySet()));
    if (allow.contains("GET")) {
      allow.add("HEAD");
    }
    if (!allow.isEmpty()) {
      allow.add("OPTIONS");
    }
    return allow;
  }
}
