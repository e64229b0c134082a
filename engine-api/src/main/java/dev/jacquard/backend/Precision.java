package dev.jacquard.backend;

import java.util.Locale;

/** How multiplications are carried out. Storage and accumulation are fp32 in all of them. */
public enum Precision {
  /** IEEE binary32, with fused multiply-add. */
  FP32,
  /** Operands rounded to 10 bits of mantissa, as tensor cores take them. */
  TF32,
  /** Each operand split into two TF32 parts and three products: about fp32's accuracy. */
  TF32X3;

  /** The name on the command line: {@code fp32}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
