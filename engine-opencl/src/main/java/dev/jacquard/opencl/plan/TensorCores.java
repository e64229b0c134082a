package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether a device multiplies by tensor cores as {@code mma_tile.cl} has it: by compiling
 * a product for them and comparing its numbers, which no query can promise.
 */
public final class TensorCores {
  private static final String FAMILY = "conv2d_forward";
  private static final int SIDE = 64;
  private static final Tile TILE = new Tile(SIDE, SIDE, 16, 4, 8, 4, true);

  /** Numbers of more bits than tf32 has: a half to either side, less and more. */
  private static final List<Float> LONG =
      List.of(1 + 0x1p-11f, 1 + 0x1p-12f, 1 + 0x1.8p-11f, -1 - 0x1p-11f);

  private TensorCores() {}

  /**
   * Refuses a precision that a device does not have.
   *
   * @throws JacquardException if it is another than fp32, and the device cannot compute in it
   */
  public static void require(Context context, Precision precision) {
    if (precision == Precision.TF32X3) {
      throw new JacquardException(
          context.name()
              + " does not compute in tf32x3, which took longer than fp32 where it was tried; give"
              + " --precision fp32 or tf32");
    }
    if (precision == Precision.TF32) {
      problem(context)
          .ifPresent(
              problem -> {
                throw new JacquardException(
                    context.name()
                        + " cannot compute in "
                        + precision.label()
                        + ": "
                        + problem
                        + "; leave --precision out, or choose another device");
              });
    }
  }

  /** Why a device cannot be used so; empty if it can. */
  private static Optional<String> problem(Context context) {
    if (!context.isNvidia()) {
      return Optional.of("that takes NVIDIA's tensor cores");
    }
    try (Memory memory = new Memory(context, "close other sessions")) {
      if (!isRight(context, memory)) {
        return Optional.of("its tensor cores were tried, and computed other numbers");
      }
      return Optional.empty();
    } catch (ClException e) {
      return Optional.of("its driver refuses code for tensor cores (" + e.getMessage() + ")");
    }
  }

  /** Small integers, whose sums are exact, and below them a few numbers that must be rounded. */
  private static boolean isRight(Context context, Memory memory) {
    float[] x = new float[SIDE * SIDE];
    float[] w = new float[SIDE * SIDE];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 7 + i / SIDE * 3) % 11 - 5;
      w[i] = (i * 5 + i / SIDE * 2) % 13 - 6;
    }
    for (int row = 0; row < LONG.size(); row++) {
      for (int k = 0; k < SIDE; k++) {
        x[row * SIDE + k] = k == row ? LONG.get(row) : 0;
      }
    }
    float[] expected = new float[SIDE * SIDE];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double sum = 0;
        for (int k = 0; k < SIDE; k++) {
          sum += (double) rounded(x[row * SIDE + k]) * w[k * SIDE + column];
        }
        expected[row * SIDE + column] = (float) sum;
      }
    }
    float[] made = product(context, memory, x, w);
    for (int i = 0; i < made.length; i++) {
      if (made[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** The nearest tf32, halves away from zero. */
  private static float rounded(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) + 0x1000 & 0xFFFFE000);
  }

  private static float[] product(Context context, Memory memory, float[] x, float[] w) {
    ClApi cl = context.cl();
    Defines defines =
        TILE.into(LinearDefines.of(Shape.of(1, 1, SIDE), LinearDefines.POINT, SIDE, SIDE))
            .with("BIAS", false)
            .with("STATISTICS", false);
    into(defines, context);
    long queue = context.createQueue();
    try {
      return product(context, memory, queue, context.program(FAMILY, defines), x, w);
    } finally {
      Context.release(cl::releaseQueue, queue);
    }
  }

  private static float[] product(
      Context context, Memory memory, long queue, Context.Program program, float[] x, float[] w) {
    ClApi cl = context.cl();
    long kernel = context.kernel(program, FAMILY);
    try {
      long y = memory.buffer(4L * SIDE * SIDE, "a probe");
      long steps = memory.buffer(16, "a probe");
      cl.write(queue, steps, 0, Host.bytes(16).putInt(SIDE).putLong(0).putInt(0).flip());
      cl.setBuffer(kernel, 0, written(context, memory, queue, x));
      cl.setBuffer(kernel, 1, steps);
      cl.setBuffer(kernel, 2, steps);
      cl.setInt(kernel, 3, 0);
      cl.setBuffer(kernel, 4, written(context, memory, queue, w));
      cl.setBuffer(kernel, 5, steps);
      cl.setBuffer(kernel, 6, y);
      cl.setBuffer(kernel, 7, steps);
      cl.launch(queue, kernel, TILE.over(SIDE, SIDE));
      float[] made = new float[SIDE * SIDE];
      Host.read(cl, queue, y, 0, made);
      return made;
    } finally {
      Context.release(cl::releaseKernel, kernel);
    }
  }

  private static long written(Context context, Memory memory, long queue, float[] values) {
    long buffer = memory.buffer(4L * values.length, "a probe");
    Host.write(context.cl(), queue, buffer, 0, values);
    return buffer;
  }

  /** Tells a kernel to multiply in tf32. */
  static Defines into(Defines defines, Context context) {
    // Without NVIDIA's compiler, for tests alone: there the device refuses the precision.
    return defines.with("EMULATED", !context.isNvidia()).with("TF32", 1);
  }
}
