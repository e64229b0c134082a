package dev.jacquard.benchmarks.peer;

import dev.jacquard.backend.DeviceReport;
import dev.jacquard.backend.Devices;
import dev.jacquard.backend.Precision;
import dev.jacquard.benchmarks.Inference;
import dev.jacquard.benchmarks.Training;
import dev.jacquard.benchmarks.measure.Contender;
import dev.jacquard.benchmarks.measure.Settings;
import dev.jacquard.benchmarks.measure.Stopwatch;
import dev.jacquard.benchmarks.measure.Unavailable;
import dev.jacquard.cpu.CpuProvider;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.FashionMnist;
import dev.jacquard.fmnist.FashionMnistNetworks;
import dev.jacquard.fmnist.Split;
import dev.jacquard.opencl.OpenClProvider;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One of Jacquard's backends. A process of its own, told what to do by {@link Settings}. */
public final class JacquardContender implements Contender {
  /** The system property that names the device, as {@code --backend} does; by default the CPU. */
  static final String DEVICE = "jacquard.benchmarks.device";

  /** The system property that is the CPU's {@code --winograd}; by default none. */
  static final String WINOGRAD = "jacquard.benchmarks.winograd";

  /** The system property that is {@code --precision}; by default fp32. */
  static final String PRECISION = "jacquard.benchmarks.precision";

  private final Training training;
  private final Inference inference;

  private JacquardContender(Devices devices, DeviceReport device, Settings settings) {
    String network = FashionMnistNetworks.REFERENCE;
    String label = System.getProperty(PRECISION, Precision.FP32.label());
    Precision precision = Precision.valueOf(label.toUpperCase(Locale.ROOT));
    training =
        new Training(
            network,
            settings.batch(),
            settings.steps(),
            devices.open(device),
            precision,
            FashionMnist.load(settings.data(), Split.TRAIN));
    inference =
        new Inference(
            network,
            settings.inferenceBatch(),
            devices.open(device),
            precision,
            FashionMnist.load(settings.data(), Split.TEST));
  }

  /**
   * Measures and prints, or says that there is no such device, or that it has no such precision.
   *
   * @param arguments the name to report under, then the settings
   */
  public static void main(String[] arguments) {
    Settings settings = Settings.parse(arguments, 1);
    Devices devices =
        Devices.of(
            List.of(new CpuProvider(), new OpenClProvider()),
            Map.of(
                CpuProvider.THREADS.name(),
                String.valueOf(settings.threads()),
                CpuProvider.WINOGRAD.name(),
                System.getProperty(WINOGRAD, "none")));
    JacquardContender opened;
    try {
      DeviceReport device = devices.choose(System.getProperty(DEVICE, CpuProvider.ID));
      System.err.println(device.info().name() + ", " + device.info().driver());
      opened = new JacquardContender(devices, device, settings);
    } catch (JacquardException e) {
      System.out.println(new Unavailable(e.getMessage()).toLine());
      return;
    }
    try (JacquardContender contender = opened) {
      new Stopwatch(settings.seconds())
          .measure(arguments[0], contender, settings.steps(), System.out);
    }
  }

  @Override
  public void train() {
    float loss = training.step();
    if (!Float.isFinite(loss)) {
      throw new IllegalStateException("the loss is " + loss);
    }
  }

  @Override
  public void infer() {
    inference.run();
  }

  @Override
  public void close() {
    training.close();
    inference.close();
  }
}
