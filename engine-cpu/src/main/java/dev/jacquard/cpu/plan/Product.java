package dev.jacquard.cpu.plan;

/** A linear op's output, computed a group of images at a time. */
sealed interface Product permits LinearProduct, WinogradProduct {
  LinearShape shape();

  /** Images of a group. */
  int images();

  /** How many groups {@code n} images make; the last may be smaller. */
  default int groups(int n) {
    return (n + images() - 1) / images();
  }

  /** How many images group {@code group} of {@code n} images has. */
  default int images(int group, int n) {
    return Math.min(images(), n - group * images());
  }

  /** Whether the output is only there while a group is treated. */
  boolean passing();

  /** Where the output goes. */
  Images to();

  /** Computes {@code panels} panels of a group of a batch of {@code n} images. */
  void run(int group, int n, int panel, int panels, int worker);

  /** Executed operations of the products over a batch, padding included. */
  long flops(int batch);

  /** What computes, for reports: {@code gemm 14x32}. */
  String kernel();
}
