package easel.pool;

/**
 * How one credential fares now.
 *
 * @param images leases out for pictures, those of work already upstream included
 * @param videos the same for videos
 * @param able it could be lent now for something, if there is room
 */
public record Status(String provider, String name, int images, int videos, Standing standing, boolean able) {}
