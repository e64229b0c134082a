package dev.jacquard.benchmarks.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;

/**
 * Jacquard's {@code fmnist-reference}, layer by layer, in PyTorch's order [N, C, H, W]: 357,642
 * parameters. It ends with logits, as does the loss that DJL applies to it.
 */
final class ReferenceNetwork {
  private static final float SLOPE = 0.1f;
  private static final float RATE = 0.25f;
  private static final int CLASSES = 10;

  private ReferenceNetwork() {}

  static Block create() {
    SequentialBlock network = new SequentialBlock();
    for (int filters : new int[] {32, 64, 128}) {
      network.add(convolution(filters));
      addTail(network);
      network.add(pooling());
    }
    network.add(Blocks.batchFlattenBlock());
    network.add(Linear.builder().setUnits(128).build());
    addTail(network);
    network.add(Linear.builder().setUnits(CLASSES).build());
    return network;
  }

  /** 3x3, padding "same". */
  private static Block convolution(int filters) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .optPadding(new Shape(1, 1))
        .setFilters(filters)
        .build();
  }

  /** Batch normalisation with Keras's constants, leaky ReLU, dropout. */
  private static void addTail(SequentialBlock network) {
    network.add(BatchNorm.builder().optEpsilon(1e-3f).optMomentum(0.99f).build());
    network.add(Activation.leakyReluBlock(SLOPE));
    network.add(Dropout.builder().optRate(RATE).build());
  }

  /** 2x2; rounds odd extents up, as padding "same" does. */
  private static Block pooling() {
    return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), true);
  }
}
