package acme;

import acme.backend.AcmeBackend;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import dev.jacquard.tck.TckCase;
import java.util.List;

/** All that a third party writes to have its backend tested, and a choice of cases. */
class AcmeConformanceTest extends BackendTck {
  @Override
  protected BackendProvider provider() {
    return new AcmeBackend();
  }

  @Override
  protected List<TckCase> cases() {
    return super.cases().stream()
        .filter(test -> test.group().equals("probe") || test.group().equals("dense"))
        .toList();
  }
}
