package dev.jacquard.opencl.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.junit.jupiter.api.Test;

final class ClStatusTest {
  @Test
  void namesWhatJoclNames() {
    List<Integer> named = new ArrayList<>();
    for (int status = 0; status >= -20_000; status--) {
      String name = CL.stringFor_errorCode(status);
      if (name.startsWith("CL_")) {
        assertEquals(name + " (" + status + ")", ClStatus.name(status));
        named.add(status);
      }
    }
    // 0 to -19, -30 to -70, and three that are not of the standard.
    assertEquals(20 + 41 + 3, named.size(), named.toString());
  }

  @Test
  void namesWhatIsNewerThanJocl() {
    assertEquals("CL_INVALID_SPEC_ID (-71)", ClStatus.name(-71));
    assertEquals("CL_MAX_SIZE_RESTRICTION_EXCEEDED (-72)", ClStatus.name(-72));
    assertEquals("unknown status (-9999)", ClStatus.name(-9999));
  }
}
