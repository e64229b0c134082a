package dev.jacquard.cli.http;

/**
 * What a server takes at once. Who needs more is told to try again (429).
 *
 * @param requests in hand, whatever they do
 * @param uploadBytes of bodies in memory, all together
 * @param perSecond requests that may begin within a second
 * @param patience milliseconds that a client is waited for: one that still sends what was refused,
 *     and at the end those whose requests are in hand
 */
public record Limits(int requests, long uploadBytes, int perSecond, long patience) {
  /**
   * More than one user's browsers ask for, and more than fifty clients without a pause get answered
   * on a small machine; a page that runs wild is stopped by it.
   */
  public static Limits standard() {
    return new Limits(128, 96L << 20, 10_000, 2000);
  }
}
