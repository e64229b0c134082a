package dev.jacquard.tck;

import dev.jacquard.backend.BackendOption;
import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.error.JacquardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a case gets to work with, and what it measures. */
public final class Scene {
  private final BackendProvider provider;
  private final BackendOptions options;
  private final Device device;
  private final Precision precision;
  private final List<Measurement> measurements = new ArrayList<>();

  /**
   * A scene on an open device.
   *
   * @param asked whether sessions are fused, and their precision
   */
  Scene(BackendProvider provider, BackendOptions options, Device device, SessionConfig asked) {
    AsAsked view = new AsAsked(provider, asked);
    this.provider = view;
    this.options = options;
    this.device = view.of(device);
    this.precision = asked.precision();
  }

  /** Whose device it is. */
  public BackendProvider provider() {
    return provider;
  }

  /** The options that the suite runs with. */
  public BackendOptions options() {
    return options;
  }

  /** The device under test, shared by all cases. */
  public Device device() {
    return device;
  }

  /** The device's id. */
  public String deviceId() {
    return device.info().id();
  }

  /** What was compared so far. */
  public List<Measurement> measurements() {
    return List.copyOf(measurements);
  }

  /** Compares a tensor with the oracle's, against its own greatest element. */
  public void compare(
      String direction, String tensor, float[] received, double[] expected, Tolerance tolerance) {
    compare(direction, tensor, received, expected, magnitude(expected), tolerance);
  }

  /**
   * Compares a tensor with the oracle's, against a magnitude that is given. {@code tolerance} is
   * fp32's; the device may have declared larger errors, or compute in another precision.
   */
  public void compare(
      String direction,
      String tensor,
      float[] received,
      double[] expected,
      double magnitude,
      Tolerance tolerance) {
    Tolerance grown = tolerance.grown(device.errorGrowth()).in(precision);
    measurements.add(Measurement.of(direction, tensor, received, expected, magnitude, grown));
  }

  /** The greatest absolute value that is not infinite: an infinity would allow any error. */
  static double magnitude(double... values) {
    double greatest = 0;
    for (double value : values) {
      greatest = Double.isInfinite(value) ? greatest : Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }

  /** Fails the case with {@code message} unless {@code holds}. */
  public void require(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }

  /**
   * Demands that {@code call} fails with one clear line that contains all of {@code words}.
   *
   * @param doing what the call does, for messages
   */
  public void requireFailure(String doing, Runnable call, String... words) {
    String message;
    try {
      call.run();
      message = null;
    } catch (JacquardException e) {
      message = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      throw new AssertionError(doing + ": expected a JacquardException, received " + e, e);
    }
    require(message != null, doing + ": expected a JacquardException, received none");
    require(
        !message.isBlank() && message.lines().count() == 1,
        doing + ": expected one line, received: " + message);
    for (String word : words) {
      require(
          message.contains(word), doing + ": expected \"" + word + "\" in the message: " + message);
    }
  }

  /** Ends the case as skipped, for {@code reason}, unless {@code applies}. */
  public void assume(boolean applies, String reason) {
    if (!applies) {
      throw new Skipped(reason);
    }
  }

  /** The option of this name, if the backend declares one. */
  Optional<BackendOption<?>> option(String name) {
    return provider.options().stream().filter(option -> option.name().equals(name)).findFirst();
  }

  /** Ends a case without a verdict. */
  static final class Skipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Skipped(String reason) {
      super(reason);
    }
  }
}
