package dev.jacquard.cli.bench;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Roofline;
import dev.jacquard.cli.bench.FirstStep.Training;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Measurements one after another. One that fails leaves those before it. */
public final class BenchRun {
  private final Bench bench;
  private final Consumer<String> notes;
  private final List<Measured> training = new ArrayList<>();
  private final List<Measured> inference = new ArrayList<>();
  private Optional<Roofline> roofline = Optional.empty();
  private Optional<Verification> verification = Optional.empty();
  private FirstSteps firstSteps;

  /**
   * Measures nothing yet.
   *
   * @param firstSteps of this process, measured before anything else
   * @param notes receives a line for people before each measurement
   */
  public BenchRun(Bench bench, FirstSteps firstSteps, Consumer<String> notes) {
    this.bench = bench;
    this.firstSteps = firstSteps;
    this.notes = notes;
  }

  /**
   * Compares the device with the reference.
   *
   * @param choice whose device it is
   * @param batch that the plans are compiled for
   * @throws JacquardException if the device computes something else, or fails
   */
  public void verify(DeviceChoice choice, int batch) {
    notes.accept("Comparing " + choice.info().id() + " with the reference ...");
    verification =
        Optional.of(Verification.run(choice, bench.device(), bench.graph(), bench.config(), batch));
  }

  /**
   * Measures training, and the device's roofline before and after.
   *
   * @throws JacquardException if the device fails
   */
  public void training(DataSet data, int batch, Optimizer rule) {
    begin("training, batch " + batch);
    training.add(bench.training(data, batch, rule));
    probe();
  }

  /**
   * Measures inference, and the device's roofline before and after.
   *
   * @throws JacquardException if the device fails
   */
  public void inference(DataSet data, int batch) {
    begin("inference, batch " + batch);
    inference.add(bench.inference(data, batch));
    probe();
  }

  /**
   * Measures the time to a first step once more, now that what is compiled may be kept.
   *
   * @param device opens the device anew
   * @throws JacquardException if the device fails
   */
  public void firstStep(Supplier<Device> device, Training of) {
    notes.accept("Measuring the time to the first step again ...");
    firstSteps = firstSteps.and(FirstStep.measure(device, of));
  }

  private void begin(String what) {
    if (!hasResults()) {
      probe();
    }
    notes.accept("Measuring " + what + " ...");
  }

  /**
   * Again after each measurement: a ceiling that was measured beside other work is too low. Times
   * say something without it, too, so that a failure of it is none of theirs.
   */
  private void probe() {
    try {
      Optional<Roofline> now = bench.device().roofline(bench.limits().probeSeconds());
      roofline = now.map(next -> roofline.map(next::or).orElse(next)).or(() -> roofline);
    } catch (JacquardException | OutOfMemoryError e) {
      notes.accept("The roofline could not be measured: " + e.getMessage());
    }
  }

  /** Whether a measurement is done. */
  public boolean hasResults() {
    return !training.isEmpty() || !inference.isEmpty();
  }

  /** What is measured up to now. */
  public BenchReport report() {
    return new BenchReport(
        roofline, verification, firstSteps, training, inference, HostMemory.now());
  }
}
