package dev.jacquard.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TrafficTest {
  private long now;

  private Traffic traffic(Limits limits) {
    return new Traffic(limits, () -> now);
  }

  private static void assertTooMany(String line, Runnable action) {
    Refusal refusal = assertThrows(Refusal.class, action::run);
    assertEquals(line + "; try again in a second", refusal.getMessage());
    assertEquals(429, refusal.reply().status());
    assertEquals("1", refusal.reply().headers().get("Retry-After"));
  }

  @Test
  void soManyRequestsAtOnce() {
    Traffic traffic = traffic(new Limits(2, 10, 100, 1));
    Traffic.Hold first = traffic.request();
    try (Traffic.Hold second = traffic.request()) {
      assertTooMany("more than 2 requests at once", traffic::request);
      first.close();
      traffic.request().close();
      assertTrue(second != null);
    }
  }

  @Test
  void soManyRequestsASecond() {
    Traffic traffic = traffic(new Limits(100, 10, 3, 1));
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 3; i++) {
        traffic.request().close();
      }
      assertTooMany("more than 3 requests a second", traffic::request);
      now += 1_000_000_000;
    }
  }

  @Test
  void soManyBytesAtOnce() {
    Traffic traffic = traffic(new Limits(100, 10, 100, 1));
    Traffic.Hold first = traffic.upload(6);
    String line = "more uploads at once than there is room for";
    assertTooMany(line, () -> traffic.upload(5));
    traffic.upload(4).close();
    first.close();
    traffic.upload(10).close();
  }

  @Test
  void quietIsWhenNoRequestIsInHand() throws InterruptedException {
    Traffic traffic = traffic(new Limits(2, 10, 100, 1));
    try (Traffic.Hold request = traffic.request()) {
      assertFalse(traffic.awaitQuiet(1));
      assertTrue(request != null);
    }
    assertTrue(traffic.awaitQuiet(1));
  }
}
