package dev.jacquard.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * What {@link Loops} does with rows of pooling's windows, on one vector of channels. Each is one
 * flat loop: JDK 17 boxes vectors in nests of loops with unknown trip counts.
 */
final class VectorPooling {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class).check(int.class);

  private VectorPooling() {}

  static void add(
      float[] from,
      int fromBase,
      int fromStep,
      float[] to,
      int toBase,
      int toStep,
      int pixels,
      float factor) {
    for (int i = 0; i < pixels; i++) {
      int at = toBase + i * toStep;
      FloatVector.fromArray(FLOATS, from, fromBase + i * fromStep)
          .mul(factor)
          .add(FloatVector.fromArray(FLOATS, to, at))
          .intoArray(to, at);
    }
  }

  static void max(float[] x, int from, int step, float[] best, int to, int pixels, int channels) {
    for (int i = 0; i < pixels; i++) {
      int at = to + i * channels;
      FloatVector value = FloatVector.fromArray(FLOATS, x, from + i * step);
      FloatVector old = FloatVector.fromArray(FLOATS, best, at);
      // What is no number stays: it does not equal itself.
      VectorMask<Float> stays = value.compare(LE, old).or(old.compare(NE, old));
      value.blend(old, stays).intoArray(best, at);
    }
  }

  /** Winners are blended as floats, since a mask does not change its element type for free. */
  static void max(
      float[] x,
      int from,
      int step,
      int position,
      float[] best,
      int to,
      int[] winners,
      int kept,
      int pixels,
      int channels) {
    FloatVector own = IntVector.broadcast(INTS, position).reinterpretAsFloats();
    for (int i = 0; i < pixels; i++) {
      int at = i * channels;
      FloatVector value = FloatVector.fromArray(FLOATS, x, from + i * step);
      FloatVector old = FloatVector.fromArray(FLOATS, best, to + at);
      FloatVector winner = IntVector.fromArray(INTS, winners, kept + at).reinterpretAsFloats();
      VectorMask<Float> stays = value.compare(LE, old).or(old.compare(NE, old));
      value.blend(old, stays).intoArray(best, to + at);
      own.blend(winner, stays).reinterpretAsInts().intoArray(winners, kept + at);
    }
  }

  static void addWhere(
      float[] from,
      int fromBase,
      int[] winners,
      int kept,
      int position,
      float[] to,
      int toBase,
      int step,
      int pixels,
      int channels) {
    IntVector none = IntVector.zero(INTS);
    for (int i = 0; i < pixels; i++) {
      int at = toBase + i * step;
      VectorMask<Integer> won =
          IntVector.fromArray(INTS, winners, kept + i * channels).compare(EQ, position);
      IntVector value =
          FloatVector.fromArray(FLOATS, from, fromBase + i * channels).reinterpretAsInts();
      none.blend(value, won)
          .reinterpretAsFloats()
          .add(FloatVector.fromArray(FLOATS, to, at))
          .intoArray(to, at);
    }
  }
}
