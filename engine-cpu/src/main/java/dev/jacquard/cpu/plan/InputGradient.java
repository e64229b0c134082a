package dev.jacquard.cpu.plan;

import dev.jacquard.cpu.kernel.Loops;

/** The gradient of a linear op's input, in units of groups of images or of channels. */
sealed interface InputGradient permits DataGradient, WinogradDataGradient {
  /** Units of {@link #prepare}. */
  int prepareUnits();

  /** Takes over a share of the weights, which begin at {@code at} of {@code state}. */
  void prepare(int unit, float[] state, int at, Loops loops, int worker);

  /** Zeroes the gradients that no unit writes. */
  void clear(int n);

  /** Units that the groups make that begin among the images {@code start .. end - 1}. */
  int units(int start, int end);

  /** Runs a unit of the images {@code start .. end - 1} of {@code n}. */
  void run(int unit, int start, int end, int n, int worker);

  /** Executed operations of the products over a full batch. */
  long flops(int batch);

  /** What computes, for reports. */
  String kernel();
}
