package dev.jacquard.layer;

import java.util.List;

/** The layers that come with the engine. One line here makes a new one known. */
final class BuiltInLayers {
  static final List<LayerType> TYPES =
      List.of(
          LayerType.of(Activation.TYPE, Activation::parse),
          LayerType.of(Add.TYPE, Add::parse),
          LayerType.of(AveragePooling2D.TYPE, AveragePooling2D::parse),
          LayerType.of(BatchNormalization.TYPE, BatchNormalization::parse),
          LayerType.of(Conv2D.TYPE, Conv2D::parse),
          LayerType.of(Dense.TYPE, Dense::parse),
          LayerType.of(Dropout.TYPE, Dropout::parse),
          LayerType.of(Flatten.TYPE, Flatten::parse),
          LayerType.of(GlobalAveragePooling2D.TYPE, GlobalAveragePooling2D::parse),
          LayerType.of(LeakyReLU.TYPE, LeakyReLU::parse),
          LayerType.of(MaxPooling2D.TYPE, MaxPooling2D::parse),
          LayerType.of(ReLU.TYPE, ReLU::parse),
          LayerType.of(Sigmoid.TYPE, Sigmoid::parse),
          LayerType.of(Softmax.TYPE, Softmax::parse),
          LayerType.of(Tanh.TYPE, Tanh::parse));

  private BuiltInLayers() {}
}
