package dev.jacquard.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options as texts, of a command line or a program. */
final class BackendOptionsTest {
  private static final BackendOption<Boolean> FLAG = BackendOption.flag("loud", "Says more.");

  private static BackendOptions parse(String text) {
    return BackendOptions.parse(List.of(FLAG), Map.of("loud", text));
  }

  @Test
  void aFlagIsTrueOrFalse() {
    assertEquals(true, parse("true").get(FLAG));
    assertEquals(false, parse("false").get(FLAG));
    assertEquals(false, BackendOptions.none().get(FLAG));
  }

  /** Else what was meant to be yes would be no, in silence. */
  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "TRUE", ""})
  void whatIsNeitherIsRefused(String text) {
    JacquardException e = assertThrows(JacquardException.class, () -> parse(text));
    assertTrue(e.getMessage().contains("expected true or false"), e.getMessage());
  }
}
