package dev.jacquard.cli.run;

import java.util.List;

/**
 * What is in a run folder, by its names: for who writes it and for who looks at it from outside.
 */
public final class FileNames {
  /** The network. */
  public static final String NETWORK = "network.json";

  /** Options, device and versions. */
  public static final String SETTINGS = "run.json";

  /** Results and times, once a training has ended. */
  public static final String METRICS = "metrics.json";

  /** How the training stands: {@link LiveFormat}. */
  public static final String LIVE = "live.json";

  /** The epochs' results. */
  public static final String HISTORY = "history.csv";

  /** The steps' losses. */
  public static final String STEPS = "steps.csv";

  /** Everything that a resume needs. */
  public static final String CHECKPOINT = "checkpoint.safetensors";

  /** The trained parameters. */
  public static final String MODEL = "model.safetensors";

  /** What the trained network said of each test image. */
  public static final String PREDICTIONS = "predictions.safetensors";

  /** The report's page. */
  public static final String REPORT = "report.html";

  /** The folder of the report's charts. */
  public static final String PLOTS = "plots";

  /** All of them that are files. */
  static final List<String> FILES =
      List.of(
          NETWORK, SETTINGS, METRICS, LIVE, HISTORY, STEPS, CHECKPOINT, MODEL, PREDICTIONS, REPORT);

  private FileNames() {}
}
