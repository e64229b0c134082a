package dev.jacquard.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Op.Activation.Function;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.layer.Size2D;
import dev.jacquard.random.Philox;
import dev.jacquard.random.Philox.Purpose;
import dev.jacquard.tensor.DType;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Forward by numbers worked out by hand: what finite differences cannot tell. */
class DefinitionTest {
  private static final double NEAR = 1e-12;
  private static final double NAN = Double.NaN;

  /** The output of {@code op} alone, over one sample of shape {@code [h, w, c]}. */
  private static double[] apply(Op op, boolean training, int[] shape, double... x) {
    return pass(op, training, shape, x).output(1);
  }

  private static Pass pass(Op op, boolean training, int[] shape, double... x) {
    ReferenceModel model = model(op, shape);
    int batch = x.length / Shape.of(shape).elements();
    Batch samples = new Batch(x, new int[batch]);
    return training ? model.gradients(samples, 0, 0) : model.infer(samples);
  }

  private static ReferenceModel model(Op op, int... shape) {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(shape));
    builder.add("op", op, 0);
    if (builder.shape(1).rank() > 1) {
      builder.add("flatten", new Op.Flatten(), 1);
    }
    return new ReferenceModel(builder.build("loss", 0), 1);
  }

  private static Window window(int h, int w, int size, int stride, boolean same) {
    return Window.over(Shape.of(h, w, 1), size, size, stride, stride, same);
  }

  @Test
  void convolutionIsCrossCorrelationWithTheOddPaddingBelowAndRight() {
    Op.Conv2d op = new Op.Conv2d(1, window(2, 2, 2, 1, true), true);
    ReferenceModel model = model(op, 2, 2, 1);
    System.arraycopy(new double[] {1, 10, 100, 1000}, 0, model.parameter("op/kernel"), 0, 4);
    model.parameter("op/bias")[0] = 0.5;
    Pass pass = model.infer(new Batch(new double[] {1, 2, 3, 4}, new int[1]));
    // Nothing above and left, zeros below and right.
    assertArrayEquals(new double[] {4321.5, 402.5, 43.5, 4.5}, pass.output(1));
  }

  @Test
  void kernelsAreHeightWidthInOut() {
    Op.Conv2d op = new Op.Conv2d(2, window(1, 1, 1, 1, false), false);
    ReferenceModel model = model(op, 1, 1, 2);
    System.arraycopy(new double[] {1, 2, 3, 4}, 0, model.parameter("op/kernel"), 0, 4);
    Pass pass = model.infer(new Batch(new double[] {10, 100}, new int[1]));
    assertArrayEquals(new double[] {310, 420}, pass.output(1));
  }

  @Test
  void maxPoolingTakesTheFirstMaximumAndPassesNanOn() {
    Op op = new Op.MaxPool(window(2, 4, 2, 2, false));
    int[] shape = {2, 4, 1};
    double[] x = {3, 1, 1, NAN, 3, 3, 2, 0};
    Pass pass = pass(op, true, shape, x);
    assertArrayEquals(new double[] {3, NAN}, pass.output(1));
    Pass ties = pass(op, true, shape, 3, 1, 0, 0, 3, 3, 0, 0);
    double[] gradient = ties.gradient(0);
    assertEquals(ties.gradient(1)[0], gradient[0]);
    assertEquals(0, gradient[4]);
    assertEquals(0, gradient[5]);
    assertEquals(ties.gradient(1)[1], gradient[2]);
  }

  @Test
  void averagePoolingCountsWhatIsInside() {
    Op op = new Op.AvgPool(window(3, 3, 2, 2, true));
    double[] y = apply(op, false, new int[] {3, 3, 1}, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertArrayEquals(new double[] {3, 4.5, 7.5, 9}, y, NEAR);
  }

  /** Its positions are more than an int counts. */
  @Test
  void theLargestWindowPoolsItsWholeInput() {
    Window largest = window(3, 3, Size2D.MAX, 1, true);
    int[] shape = {3, 3, 1};
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    double[] nine = new double[9];
    Arrays.fill(nine, 9);
    assertArrayEquals(nine, apply(new Op.MaxPool(largest), false, shape, x));
    double[] five = new double[9];
    Arrays.fill(five, 5);
    assertArrayEquals(five, apply(new Op.AvgPool(largest), false, shape, x), NEAR);
    Pass pass = pass(new Op.AvgPool(largest), true, shape, x);
    double mean = Arrays.stream(pass.gradient(1)).sum() / 9;
    for (double each : pass.gradient(0)) {
      assertEquals(mean, each, NEAR);
    }
  }

  @Test
  void globalAveragePoolingKeepsChannelsApart() {
    double[] y = apply(new Op.GlobalAvgPool(), false, new int[] {2, 1, 2}, 1, 10, 3, 30);
    assertArrayEquals(new double[] {2, 20}, y, NEAR);
  }

  @Test
  void activations() {
    double[] x = {-2, 0, 3, NAN};
    int[] shape = {4};
    assertArrayEquals(
        new double[] {0, 0, 3, NAN}, apply(new Op.Activation(Function.RELU, 0), false, shape, x));
    assertArrayEquals(
        new double[] {-0.5, 0, 3, NAN},
        apply(new Op.Activation(Function.LEAKY_RELU, 0.25f), false, shape, x));
    double[] sigmoid = apply(new Op.Activation(Function.SIGMOID, 0), false, new int[] {1}, 0);
    assertArrayEquals(new double[] {0.5}, sigmoid);
    Op softmax = new Op.Activation(Function.SOFTMAX, 0);
    double[] y = apply(softmax, false, new int[] {1, 1, 2}, Math.log(3), 0);
    assertArrayEquals(new double[] {0.75, 0.25}, y, NEAR);
  }

  @Test
  void derivativesAtZero() {
    Pass relu = pass(new Op.Activation(Function.RELU, 0), true, new int[] {2}, 0, 0);
    assertArrayEquals(new double[] {0, 0}, relu.gradient(0));
    Pass leaky = pass(new Op.Activation(Function.LEAKY_RELU, 0.5f), true, new int[] {2}, 0, 0);
    assertArrayEquals(new double[] {-0.25, 0.25}, leaky.gradient(0));
  }

  @Test
  void batchNormHasBiasedVarianceInBothPlaces() {
    Op.BatchNorm op = new Op.BatchNorm(0.75f, 1, true, true);
    ReferenceModel model = model(op, 1);
    Graph graph = model.graph();
    Batch batch = new Batch(new double[] {1, 3}, new int[2]);
    OptimizerState none = new OptimizerState(new Optimizer.Sgd(1, 0, false), graph);
    Pass pass = model.train(batch, 0, 0, none, 0);
    double root = Math.sqrt(2);
    assertArrayEquals(new double[] {-1 / root, 1 / root}, pass.output(1), NEAR);
    assertEquals(0.25 * 2, model.parameter("op/moving_mean")[0], NEAR);
    assertEquals(0.75 + 0.25 * 1, model.parameter("op/moving_variance")[0], NEAR);
    double[] inferred = model.infer(batch).output(1);
    assertArrayEquals(new double[] {0.5 / root, 2.5 / root}, inferred, NEAR);
  }

  @Test
  void biasUnderBatchNormHasExactlyNoGradient() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(3));
    builder.add("dense", new Op.Dense(4, true), 0);
    builder.add("norm", new Op.BatchNorm(0.9f, 1e-3f, true, true), 1);
    Graph graph = builder.build("loss", 0);
    double[] x = FiniteDifferences.uniform(1, 15);
    Pass pass = new ReferenceModel(graph, 5).gradients(new Batch(x, new int[5]), 0, 0);
    assertArrayEquals(new double[4], pass.parameterGradient("dense/bias"));
    assertTrue(pass.parameterGradient("norm/gamma")[0] != 0);
  }

  @Test
  void dropoutDrawsFromPhiloxBySamplePositionStepAndNode() {
    Op op = new Op.Dropout(0.25);
    ReferenceModel model = model(op, 9, 1, 8);
    double[] x = new double[2 * 72];
    Arrays.fill(x, 3);
    Pass pass = model.gradients(new Batch(x, new int[2]), 6, 40);
    int[] words = new int[4];
    for (int n = 0; n < 2; n++) {
      for (int e = 0; e < 72; e++) {
        // A rate of 1/4 takes 2 bits: 16 draws a word, 64 a block.
        Philox.block(1, e / 64, 40 + n, 6, Philox.stream(Purpose.DROPOUT, 1), words, 0);
        int draw = words[e / 16 % 4] >>> (2 * (e % 16)) & 3;
        double expected = draw == 0 ? 0 : 3 * (double) (float) (4 / 3.0);
        assertEquals(expected, pass.output(1)[n * 72 + e]);
      }
    }
    assertArrayEquals(x, model.infer(new Batch(x, new int[2])).output(1));
  }

  @Test
  void droppedIsPlusZeroEvenIfInfinite() {
    double[] x = new double[64];
    Arrays.fill(x, Double.NEGATIVE_INFINITY);
    double[] y = apply(new Op.Dropout(0.5), true, new int[] {64}, x);
    long dropped = Arrays.stream(y).filter(v -> Double.compare(v, 0.0) == 0).count();
    long kept = Arrays.stream(y).filter(Double::isInfinite).count();
    assertEquals(64, dropped + kept);
    assertTrue(dropped > 0 && kept > 0);
  }

  @Test
  void lossIsSmoothedInTrainingOnly() {
    Graph graph = GraphBuilder.overFloats(Shape.of(2)).build("loss", 0.5f);
    ReferenceModel model = new ReferenceModel(graph, 1);
    Batch batch = new Batch(new double[] {0, Math.log(3), 0, 0}, new int[] {1, 0});
    Pass inferred = model.infer(batch);
    assertArrayEquals(new double[] {0.25, 0.75, 0.5, 0.5}, inferred.probabilities(), NEAR);
    assertEquals(Math.log(4 / 3.0), inferred.loss(0), NEAR);
    assertEquals(Math.log(2), inferred.loss(1), NEAR);
    Pass trained = model.gradients(batch, 0, 0);
    assertEquals(Math.log(4) - 0.75 * Math.log(3), trained.loss(0), NEAR);
    assertEquals((trained.loss(0) + Math.log(2)) / 2, trained.loss(), NEAR);
    // (p - q) / 2, q being 3/4 and 1/4.
    assertArrayEquals(new double[] {0, 0, -0.125, 0.125}, trained.gradient(0), NEAR);
    assertEquals(2, trained.hits());
  }

  @Test
  void lossOfGreatLogitsIsTheirDifference() {
    Graph graph = GraphBuilder.overFloats(Shape.of(2)).build("loss", 0);
    Pass pass =
        new ReferenceModel(graph, 1).infer(new Batch(new double[] {5000, 0}, new int[] {1}));
    assertEquals(5000, pass.loss(0));
    assertArrayEquals(new double[] {1, 0}, pass.probabilities());
    assertEquals(0, pass.hits());
  }

  @Test
  void storedElementsAreScaledAndShifted() {
    byte[] bytes = {0, (byte) 255, 2, 4};
    DataSet data = DataSet.ofBytes("test", Shape.of(2), bytes, new int[] {0, 1}, List.of("a", "b"));
    Op.Input input = new Op.Input(Shape.of(2), DType.U8, 0.5f, -1);
    Batch batch = Batch.of(input, data, new int[] {9, 1, 0}, 1, 2);
    assertArrayEquals(new double[] {0, 1, -1, 126.5}, batch.inputs());
    assertEquals(1, batch.label(0));
    assertEquals(0, batch.label(1));
    assertEquals(2, batch.size());
  }
}
