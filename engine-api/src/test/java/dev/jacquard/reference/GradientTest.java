package dev.jacquard.reference;

import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.graph.Window;
import dev.jacquard.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each op's backward against central differences, alone and in graphs. */
class GradientTest {
  private static final Op.BatchNorm NORM = new Op.BatchNorm(0.9f, 1e-3f, true, true);

  private static GraphBuilder over(int... shape) {
    return GraphBuilder.overFloats(Shape.of(shape));
  }

  private static int then(GraphBuilder builder, String name, Op op) {
    return builder.add(name, op, builder.last());
  }

  private static Graph head(GraphBuilder builder) {
    return head(builder, 0);
  }

  private static Graph head(GraphBuilder builder, float smoothing) {
    then(builder, "flatten", new Op.Flatten());
    then(builder, "head", new Op.Dense(3, true));
    return builder.build("loss", smoothing);
  }

  private static Window window(GraphBuilder builder, int kh, int kw, int sh, int sw, boolean same) {
    return Window.over(builder.shape(builder.last()), kh, kw, sh, sw, same);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, 1, 1, true",
    "3, 3, 1, 1, false",
    "2, 3, 2, 1, true",
    "1, 1, 1, 1, false",
    "2, 2, 3, 2, false",
    "5, 4, 1, 1, false",
    "7, 7, 2, 2, true"
  })
  void conv2d(int kh, int kw, int sh, int sw, boolean same) {
    GraphBuilder builder = over(5, 4, 2);
    then(builder, "conv", new Op.Conv2d(3, window(builder, kh, kw, sh, sw, same), true));
    FiniteDifferences.check(head(builder), 2);
  }

  @Test
  void dense() {
    GraphBuilder builder = over(4);
    then(builder, "dense", new Op.Dense(5, true));
    then(builder, "bare", new Op.Dense(3, false));
    FiniteDifferences.check(head(builder), 3);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void batchNorm(boolean center, boolean scale) {
    GraphBuilder builder = over(3, 2, 2);
    then(builder, "norm", new Op.BatchNorm(0.9f, 1e-2f, center, scale));
    FiniteDifferences.check(head(builder), 4);
  }

  @Test
  void batchNormOfVectors() {
    GraphBuilder builder = over(3);
    then(builder, "dense", new Op.Dense(4, true));
    then(builder, "norm", NORM);
    FiniteDifferences.check(head(builder), 5);
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void activation(Function function) {
    float slope = function == Function.LEAKY_RELU ? 0.1f : 0;
    GraphBuilder builder = over(3, 2, 4);
    then(builder, "activation", new Op.Activation(function, slope));
    FiniteDifferences.check(head(builder), 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 0.5})
  void dropoutOfFixedMask(double rate) {
    GraphBuilder builder = over(4, 3, 5);
    then(builder, "dropout", new Op.Dropout(rate));
    FiniteDifferences.check(head(builder), 2);
  }

  @ParameterizedTest
  @CsvSource({"2, 2, true", "2, 2, false", "3, 2, true", "3, 1, true", "1, 2, true"})
  void pooling(int size, int stride, boolean same) {
    GraphBuilder max = over(5, 7, 2);
    then(max, "pool", new Op.MaxPool(window(max, size, size, stride, stride, same)));
    FiniteDifferences.check(head(max), 2);
    GraphBuilder mean = over(5, 7, 2);
    then(mean, "pool", new Op.AvgPool(window(mean, size, size, stride, stride, same)));
    FiniteDifferences.check(head(mean), 2);
  }

  @Test
  void globalAveragePooling() {
    GraphBuilder builder = over(3, 4, 2);
    then(builder, "pool", new Op.GlobalAvgPool());
    FiniteDifferences.check(head(builder), 2);
  }

  @Test
  void lossWithLabelSmoothing() {
    FiniteDifferences.check(head(over(4), 0.2f), 3);
  }

  @Test
  void addOfOneNodeTwice() {
    GraphBuilder builder = over(2, 2, 2);
    then(builder, "activation", new Op.Activation(Function.TANH, 0));
    builder.add("add", new Op.Add(), builder.last(), builder.last(), 0);
    FiniteDifferences.check(head(builder), 2);
  }

  @Test
  void customOp() {
    GraphBuilder builder = over(3);
    int left = builder.add("left", new Op.Dense(4, true), 0);
    int right = builder.add("right", new Op.Dense(4, true), 0);
    builder.add("halves", new Halves(4), left, right);
    FiniteDifferences.check(head(builder), 3);
  }

  /** A residual network with everything in it. */
  @Test
  void wholeGraph() {
    GraphBuilder builder = over(6, 5, 2);
    int stem = then(builder, "stem", new Op.Conv2d(4, window(builder, 3, 3, 1, 1, true), true));
    then(builder, "conv", new Op.Conv2d(4, window(builder, 3, 3, 1, 1, true), true));
    then(builder, "norm", NORM);
    then(builder, "leaky", new Op.Activation(Function.LEAKY_RELU, 0.1f));
    then(builder, "dropout", new Op.Dropout(0.25));
    builder.add("add", new Op.Add(), builder.last(), stem);
    then(builder, "pool", new Op.MaxPool(window(builder, 2, 2, 2, 2, true)));
    then(builder, "flatten0", new Op.Flatten());
    then(builder, "dense", new Op.Dense(6, true));
    then(builder, "norm2", NORM);
    then(builder, "sigmoid", new Op.Activation(Function.SIGMOID, 0));
    FiniteDifferences.check(head(builder, 0.1f), 4);
  }
}
