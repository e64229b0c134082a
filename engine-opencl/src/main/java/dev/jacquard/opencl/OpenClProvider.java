package dev.jacquard.opencl;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.Device;
import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.Bindings;
import dev.jacquard.opencl.binding.ClApi;
import java.util.List;
import java.util.function.Supplier;

/**
 * The OpenCL backend: finds every device of every driver, under ids {@code opencl:PLATFORM:DEVICE}.
 * It does not train yet, so it reports them all as not usable, and opens none.
 */
public final class OpenClProvider implements BackendProvider {
  static final String ID = "opencl";

  private final Supplier<ClApi> binding;

  /** Loads nothing; the first {@link #probe} does. */
  public OpenClProvider() {
    this(Bindings::lwjgl);
  }

  OpenClProvider(Supplier<ClApi> binding) {
    this.binding = binding;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<BackendOption<?>> options() {
    return List.of();
  }

  @Override
  public BackendReport probe(BackendOptions options) {
    return Probe.of(binding);
  }

  @Override
  public Device open(String deviceId, BackendOptions options) {
    throw new JacquardException(deviceId + ": " + Probe.NOT_YET + "; " + Probe.NOT_YET_REMEDY);
  }
}
