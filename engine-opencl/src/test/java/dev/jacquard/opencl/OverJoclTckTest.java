package dev.jacquard.opencl;

import dev.jacquard.tck.TckCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Nearly all of the time goes for the compiler of PoCL, which keeps what it has compiled: this and
 * {@link OverLwjglTckTest} run side by side, each from its own end, and meet where the other has
 * been.
 */
final class OverJoclTckTest extends OpenClTck {
  OverJoclTckTest() {
    super("jocl");
  }

  @Override
  protected List<TckCase> cases() {
    List<TckCase> cases = new ArrayList<>(super.cases());
    Collections.reverse(cases);
    return cases;
  }
}
