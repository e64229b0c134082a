package dev.jacquard.cpu.plan;

/** The gradient of a linear op's weights, in units over blocks of images. */
sealed interface WeightGradient permits FilterGradient, WinogradFilterGradient {
  /** Images to treat before the next ones. */
  int block();

  /** Units that {@code n} images make, {@code n} being a block's or the last block's rest. */
  int units(int n);

  /** Runs a unit of the block that begins at image {@code start} and ends before {@code end}. */
  void run(int unit, int start, int end, int worker);

  /** Finishes the gradient when all blocks' units are through. */
  void merge(Step step);

  /** How many parallel sections a full batch makes. */
  int sections();

  /** Executed operations of the products over a full batch. */
  long flops();

  /** What computes, for reports. */
  String kernel();

  /** How the work is cut, for reports. */
  String work();
}
