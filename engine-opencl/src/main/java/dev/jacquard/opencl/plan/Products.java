package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Op;

/**
 * How a kind of device multiplies: the launches of convolutions and dense layers, with what is done
 * while their results are at hand.
 */
interface Products {
  /** Moments of a value, of {@code tile} rows each. */
  record Partials(long buffer, int tile) {}

  /** What a chain's backward pass has to add, in so many tiles. */
  record Sums(long buffer, long tiles) {}

  /**
   * Where the input comes from.
   *
   * @param buffer a batch of activations; not read if it is gathered
   * @param gathered the input op whose samples are read where they lie, or null
   */
  record Source(long buffer, Op.Input gathered) {
    static Source of(long buffer) {
      return new Source(buffer, null);
    }

    /** Bytes of a number of it. */
    int bytes() {
      return gathered == null ? Float.BYTES : gathered.stored().bytes();
    }

    /** How a kernel finds an input; null if it reads none. */
    static Defines into(Defines defines, Source x) {
      Op.Input input = x == null ? null : x.gathered();
      defines.with("GATHER", input != null);
      return input == null ? defines : defines.stored(input, "");
    }

    /** The argument that is the input: the data set if it is gathered. */
    Launch give(Launch launch) {
      return gathered == null ? launch.buffer(buffer) : launch.samples();
    }
  }

  /**
   * What is multiplied by.
   *
   * @param bias 0 if there is none
   */
  record Weights(long kernel, long bias) {
    static Weights of(State state, Linear linear) {
      long bias = linear.bias() ? state.part(linear.node(), "bias") : 0;
      return new Weights(state.part(linear.node(), "kernel"), bias);
    }
  }

  /** What the launch before kept of the chain that made the input, for its backward pass. */
  record Before(Chain chain, ChainKept kept) {
    /** What was picked, and its code. */
    static final int BYTES = Float.BYTES + 1;

    /** Channels of a pixel of what it put out. */
    int channels() {
      return chain.nodes().get(0).shape().channels();
    }
  }

  /**
   * A gradient of the input that is wanted.
   *
   * @param buffer receives it
   * @param accumulate whether it is added to what is there
   * @param before whose sums are made on the way if they can be, or null
   */
  record Wanted(long buffer, boolean accumulate, Before before) {
    /** Bytes that are read for so many numbers of it, besides the product's factors. */
    long traffic(long elements, boolean sums) {
      return elements * ((accumulate ? Float.BYTES : 0) + (sums ? Before.BYTES : 0));
    }
  }

  /**
   * As suits the device.
   *
   * @param tiles what does the layers that have no body of their own
   * @param flipped the weights that gradients of inputs need on processors, if they are made
   */
  static Products of(Script script, TileProducts tiles, Flipped flipped, int batch, long indices) {
    return script.context().limits().rows()
        ? new RowProducts(script, flipped, tiles, batch, indices)
        : new FewChannels(
            script,
            new StripProducts(
                script, new SplitDense(script, tiles, batch, indices), tiles.state(), batch),
            batch,
            indices);
  }

  /**
   * Bytes that the two products of a backward pass read and write, or one of them.
   *
   * @param x null without the weights' gradient
   * @param wanted null without the input's
   * @param parts of the weights' gradient
   */
  static long traffic(Linear l, int batch, Source x, Wanted wanted, boolean sums, int parts) {
    long data =
        wanted == null
            ? 0
            : l.traffic(batch, Float.BYTES, 1)
                + wanted.traffic((long) batch * l.in().elements(), sums);
    return data + (x == null ? 0 : l.traffic(batch, x.bytes(), parts));
  }

  /** Whether a layer can read samples where they lie. */
  boolean gathers(Linear linear);

  /** Whether a layer has so few taps that its output may pass: see {@link Passing}. */
  default boolean passes(Linear linear) {
    return false;
  }

  /**
   * Whether a layer's forward pass in inference can end with what is left of a chain once its
   * normalisation is folded away: activation and pooling.
   */
  default boolean ends(Linear linear, Chain chain) {
    return false;
  }

  /**
   * Adds such a forward pass.
   *
   * @param out receives what the chain makes
   */
  default void forward(Linear linear, Source x, Weights weights, Chain chain, long out) {
    throw new UnsupportedOperationException(linear.node().name() + " does not end with a chain");
  }

  /**
   * Adds the forward pass.
   *
   * @param y receives the output
   * @return the moments of the output, if asked for; else null
   */
  Partials forward(Linear linear, Source x, Weights weights, long y, boolean moments);

  /** In how many parts the weights' gradient is made. */
  int parts(Linear linear);

  /**
   * Adds the backward pass.
   *
   * @param wanted null if the input needs no gradient
   * @param parts receives the weights' gradient
   * @return the sums for the chain before, or null if they were not asked for or not made
   */
  Sums backward(Linear linear, Source x, long dy, Wanted wanted, long parts);
}
