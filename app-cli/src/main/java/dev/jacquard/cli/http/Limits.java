package dev.jacquard.cli.http;

/**
 * What a server takes at once. Who needs more is told to try again (429).
 *
 * @param requests in hand, whatever they do
 * @param uploadBytes of bodies in memory, all together
 * @param perSecond requests that may begin within a second
 */
public record Limits(int requests, long uploadBytes, int perSecond) {
  /**
   * More than one user's browsers ask for, and more than fifty clients without a pause get answered
   * on a small machine; a page that runs wild is stopped by it.
   */
  public static Limits standard() {
    return new Limits(128, 96L << 20, 10_000);
  }
}
