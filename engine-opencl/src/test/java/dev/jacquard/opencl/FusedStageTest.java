package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.reference.Batch;
import dev.jacquard.reference.OptimizerState;
import dev.jacquard.reference.Pass;
import dev.jacquard.reference.ReferenceModel;
import dev.jacquard.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The first stages on an OpenCL device against the oracle, run as the contract of {@link
 * dev.jacquard.backend.Trainer} has it: resident bytes, batches gathered on the device, stretches
 * of steps without a round trip, counted draws, tail batches.
 */
final class FusedStageTest {
  private static final int CAPACITY = 5;

  private FoundDevice found;

  @BeforeEach
  void findDevice() {
    found = FoundDevice.first();
  }

  @Test
  void matchesTheOracleOnAwkwardShapes() {
    assertMatches(Trial.of(Shape.of(7, 9, 3), 4, 5), 4, 3, 4, 1);
  }

  @Test
  void matchesTheOracleWhereABlockFeedsABlock() {
    assertMatches(Trial.of(Shape.of(11, 9, 1), 5, 17, 7), 5, 5, 2);
  }

  @Test
  void matchesTheOracleOnTheFirstBlocksOfTheReferenceNetwork() {
    assertMatches(Trial.of(Shape.of(28, 28, 1), 8, 32, 64), 8, 8, 3);
  }

  /** Runs two stretches, the second in another epoch, and checks every step of both. */
  private void assertMatches(Trial trial, int... sizes) {
    ReferenceModel oracle = trial.oracle();
    try (Workbench bench = new Workbench(found.cl(), found)) {
      TrialTrainer trainer = trainer(bench, trial, oracle);
      TrialData data = TrialData.upload(bench, trial.data());
      StretchResult result = new StretchResult(CAPACITY);
      for (int epoch = 0; epoch < 2; epoch++) {
        Stretch stretch = trial.stretch((long) epoch * sizes.length, 0, sizes);
        trainer.run(data, stretch, result);
        assertSteps(trial, oracle, trainer, stretch, result);
        assertStatistics(trial, oracle, trainer);
      }
    }
  }

  private static TrialTrainer trainer(Workbench bench, Trial trial, ReferenceModel oracle) {
    return new TrialTrainer(bench, trial.graph(), trial.batch(), CAPACITY, oracle, Trial.SEED);
  }

  private static void assertSteps(
      Trial trial,
      ReferenceModel oracle,
      TrialTrainer trainer,
      Stretch stretch,
      StretchResult result) {
    for (int step = 0; step < stretch.steps(); step++) {
      Pass pass = step(trial, oracle, stretch, step);
      List<Block> blocks = Block.of(trial.graph());
      for (int b = 0; b < blocks.size(); b++) {
        int number = (int) stretch.firstStep() + step;
        BlockOracle expected = new BlockOracle(blocks.get(b), pass, stretch.position(step), number);
        expected.assertPooled(trainer.pooled(b, step));
        expected.assertWinners(trainer.winners(b, step));
      }
      assertEquals(pass.loss(), result.losses()[step], BlockOracle.TOLERANCE);
      assertEquals(pass.hits(), result.hits()[step]);
    }
  }

  /** The oracle's step: at rate 0 it updates nothing but the moving statistics, as the trial. */
  private static Pass step(Trial trial, ReferenceModel oracle, Stretch stretch, int step) {
    Batch batch =
        Batch.of(
            trial.graph().input(),
            trial.data(),
            stretch.indices(),
            step * stretch.batch(),
            stretch.size(step));
    OptimizerState none = new OptimizerState(Optimizer.Sgd.defaults(), trial.graph());
    return oracle.train(batch, stretch.firstStep() + step, stretch.position(step), none, 0);
  }

  private static void assertStatistics(Trial trial, ReferenceModel oracle, TrialTrainer trainer) {
    List<Block> blocks = Block.of(trial.graph());
    for (int b = 0; b < blocks.size(); b++) {
      String norm = blocks.get(b).norm().name();
      assertClose(oracle.parameter(norm + "/moving_mean"), trainer.block(b).movingMean());
      assertClose(oracle.parameter(norm + "/moving_variance"), trainer.block(b).movingVariance());
    }
  }

  private static void assertClose(double[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-6);
    }
  }

  @Test
  void givesTheSameBitsHoweverStepsAreCutIntoStretches() {
    Trial trial = Trial.of(Shape.of(7, 9, 3), 4, 5);
    StretchResult whole = new StretchResult(CAPACITY);
    float[] wholeMean;
    try (Workbench bench = new Workbench(found.cl(), found)) {
      TrialTrainer trainer = trainer(bench, trial, trial.oracle());
      TrialData data = TrialData.upload(bench, trial.data());
      trainer.run(data, trial.stretch(7, 0, 4, 4, 3), whole);
      wholeMean = trainer.block(0).movingMean();
    }
    try (Workbench bench = new Workbench(found.cl(), found)) {
      TrialTrainer trainer = trainer(bench, trial, trial.oracle());
      TrialData data = TrialData.upload(bench, trial.data());
      StretchResult part = new StretchResult(CAPACITY);
      trainer.run(data, trial.stretch(7, 0, 4, 4), part);
      assertEquals(whole.losses()[0], part.losses()[0]);
      assertEquals(whole.losses()[1], part.losses()[1]);
      trainer.run(data, trial.stretch(9, 8, 3), part);
      assertEquals(whole.losses()[2], part.losses()[0]);
      assertArrayEquals(wholeMean, trainer.block(0).movingMean());
    }
  }

  @Test
  void writesNothingBeyondTheSizeOfATailBatch() {
    Trial trial = Trial.of(Shape.of(7, 9, 3), 4, 5);
    try (Workbench bench = new Workbench(found.cl(), found)) {
      TrialTrainer trainer = trainer(bench, trial, trial.oracle());
      TrialData data = TrialData.upload(bench, trial.data());
      trainer.run(data, trial.stretch(0, 0, 3), new StretchResult(CAPACITY));
      float[] pooled = trainer.pooled(0, 0);
      byte[] winners = trainer.winners(0, 0);
      int written = 3 * trial.graph().node(5).shape().elements();
      for (int e = 0; e < pooled.length; e++) {
        assertEquals(e >= written, Float.isNaN(pooled[e]), "element " + e);
        assertEquals(e >= written, winners[e] == -1, "winner " + e);
      }
    }
  }

  @Test
  void neitherReadsNorWaitsWithinAStretch() {
    Trial trial = Trial.of(Shape.of(7, 9, 3), 4, 5);
    CallLog log = new CallLog();
    ClApi cl = log.over(found.cl());
    try (Workbench bench = new Workbench(cl, found)) {
      TrialTrainer trainer = trainer(bench, trial, trial.oracle());
      TrialData data = TrialData.upload(bench, trial.data());
      log.clear();
      trainer.run(data, trial.stretch(0, 0, 4, 4, 3), new StretchResult(CAPACITY));
      List<String> calls = log.without("setInt", "setBuffer", "copy");
      int launches = 3 * trainer.plan().launches();
      assertEquals(List.of("write", "write"), calls.subList(0, 2));
      assertTrue(
          calls.subList(2, 2 + launches).stream().allMatch("launch"::equals), calls::toString);
      assertEquals(List.of("read", "read"), calls.subList(2 + launches, calls.size()));
    }
  }
}
