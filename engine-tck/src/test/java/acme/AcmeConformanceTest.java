package acme;

import acme.backend.AcmeBackend;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.tck.BackendTck;
import dev.jacquard.tck.TckCase;

/** All that a third party writes to have its backend tested, and a choice of cases. */
class AcmeConformanceTest extends BackendTck {
  @Override
  protected BackendProvider provider() {
    return new AcmeBackend();
  }

  @Override
  protected boolean includes(TckCase test) {
    return test.group().equals("probe") || test.group().equals("dense");
  }
}
