package dev.jacquard.benchmarks.dl4j;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Jacquard's {@code fmnist-reference}, layer by layer, in DL4J's usual order [N, C, H, W]. */
final class ReferenceNetwork {
  private static final long PARAMETERS = 357_642;
  private static final double SLOPE = 0.1;
  private static final int SIDE = 28;
  private static final int CLASSES = 10;

  /** DL4J takes the share of the values that are kept; Keras takes the share that is dropped. */
  private static final double KEPT = 1 - 0.25;

  private ReferenceNetwork() {}

  /** With its initial weights. */
  static MultiLayerNetwork create() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(1e-3, 0.9, 0.999, 1e-7))
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .convolutionMode(ConvolutionMode.Same)
            .activation(Activation.IDENTITY)
            .list();
    for (int filters : new int[] {32, 64, 128}) {
      layers.layer(new ConvolutionLayer.Builder(3, 3).nOut(filters).build());
      addTail(layers);
      layers.layer(pooling());
    }
    layers.layer(new DenseLayer.Builder().nOut(128).build());
    addTail(layers);
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
    layers.setInputType(InputType.convolutional(SIDE, SIDE, 1));
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    if (network.numParams() != PARAMETERS) {
      throw new IllegalStateException(
          "expected " + PARAMETERS + " parameters, received " + network.numParams());
    }
    return network;
  }

  /** Batch normalisation with Keras's constants, leaky ReLU, dropout. */
  private static void addTail(NeuralNetConfiguration.ListBuilder layers) {
    layers.layer(new BatchNormalization.Builder().eps(1e-3).decay(0.99).useLogStd(false).build());
    layers.layer(new ActivationLayer.Builder().activation(new ActivationLReLU(SLOPE)).build());
    layers.layer(new DropoutLayer.Builder(KEPT).build());
  }

  /** 2x2; rounds odd extents up, as padding "same" does. */
  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
