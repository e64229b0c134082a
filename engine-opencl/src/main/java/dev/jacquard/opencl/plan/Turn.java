package dev.jacquard.opencl.plan;

/** What the commands of a plan are told when they are run. Refilled for each run. */
final class Turn {
  /** The data set that is read. */
  ResidentSamples data;

  /** Which of the uploaded steps this is; before the first, how many there are. */
  int step;

  /** How many samples it has. */
  int n;

  /** Where the images begin that are made ready. */
  int firstImage;

  /** Behind the last of them. */
  int endImage;

  /** What is known of the data set's patches; see {@link PatchMoments}. */
  long patches;
}
