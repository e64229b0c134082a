package dev.jacquard.cli.run;

/** The form of {@code live.json}: its version and its keys, for who writes and who reads it. */
public final class LiveFormat {
  /** Readers pass over others. */
  public static final int VERSION = 1;

  /** The key of the version. */
  public static final String VERSION_KEY = "version";

  /** A {@link LiveState} by its label. */
  public static final String STATE = "state";

  /** When it was written; milliseconds since 1970. */
  public static final String UPDATED = "updated";

  /** Who trains: {@link #PID} and {@link #STARTED}. */
  public static final String PROCESS = "process";

  /** The process's number. */
  public static final String PID = "pid";

  /** When the process started; milliseconds since 1970. */
  public static final String STARTED = "started";

  /** How many steps are done. */
  public static final String STEP = "step";

  /** With which the training ends. */
  public static final String LAST_STEP = "last_step";

  /** The running one, from 1. */
  public static final String EPOCH = "epoch";

  /** In all. */
  public static final String EPOCHS = "epochs";

  /** The last, partial one among them. */
  public static final String STEPS_PER_EPOCH = "steps_per_epoch";

  /** The running epoch's, or a series of losses. */
  public static final String LOSS = "loss";

  /** The running epoch's, or a series of accuracies. */
  public static final String ACCURACY = "accuracy";

  /** As fast as it is now. */
  public static final String IMAGES_PER_SECOND = "images_per_second";

  /** Until the last step. */
  public static final String SECONDS_LEFT = "seconds_left";

  /** Spent training until now. */
  public static final String TRAIN_SECONDS = "train_seconds";

  /** Of the last step. */
  public static final String LEARNING_RATE = "learning_rate";

  /** The course of all steps: {@link #STEPS}, {@link #LOSS} and {@link #ACCURACY}. */
  public static final String SERIES = "series";

  /** Likewise, of the last steps one by one. */
  public static final String RECENT = "recent";

  /** Where a series' points end: numbers of steps, from 1. */
  public static final String STEPS = "steps";

  /** How many samples a series' points are of. */
  public static final String SAMPLES = "samples";

  /** Of how many steps a series' points are at most. */
  public static final String STRIDE = "stride";

  private LiveFormat() {}
}
