package dev.jacquard.layer;

import java.util.List;

/** The layers that come with the engine. One line here makes a new one known. */
final class BuiltInLayers {
  static final List<LayerType> TYPES =
      List.of(
          LayerType.of(Activation.TYPE, Activation::parse),
          LayerType.of(Add.TYPE, fields -> new Add()),
          LayerType.of(AveragePooling2D.TYPE, AveragePooling2D::parse),
          LayerType.of(BatchNormalization.TYPE, BatchNormalization::parse),
          LayerType.of(Conv2D.TYPE, Conv2D::parse),
          LayerType.of(Dense.TYPE, Dense::parse),
          LayerType.of(Dropout.TYPE, Dropout::parse),
          LayerType.of(Flatten.TYPE, fields -> new Flatten()),
          LayerType.of(GlobalAveragePooling2D.TYPE, fields -> new GlobalAveragePooling2D()),
          LayerType.of(LeakyReLU.TYPE, LeakyReLU::parse),
          LayerType.of(MaxPooling2D.TYPE, MaxPooling2D::parse),
          LayerType.of(ReLU.TYPE, ReLU::parse),
          LayerType.of(Sigmoid.TYPE, fields -> new Sigmoid()),
          LayerType.of(Softmax.TYPE, fields -> new Softmax()),
          LayerType.of(Tanh.TYPE, fields -> new Tanh()));

  private BuiltInLayers() {}
}
