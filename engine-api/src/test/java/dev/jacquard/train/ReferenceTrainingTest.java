package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.reference.ReferenceBackend;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The loop over a true backend: a network with batch normalisation and dropout, on data that it can
 * learn.
 */
class ReferenceTrainingTest {
  private static final Recipe RECIPE =
      new Recipe(
          4,
          16,
          new Optimizer.Adam(0.02, 0.9, 0.999, 1e-7),
          Schedule.ONE_CYCLE,
          3,
          true,
          OptionalLong.empty());

  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overFloats(Shape.of(ToySession.INPUTS));
    int dense = builder.add("dense", new Op.Dense(12, false), 0);
    int norm = builder.add("norm", new Op.BatchNorm(0.9f, 1e-3f, true, true), dense);
    Op.Activation relu = new Op.Activation(Op.Activation.Function.RELU, 0);
    int activated = builder.add("relu", relu, norm);
    int dropped = builder.add("dropout", new Op.Dropout(0.25), activated);
    builder.add("dense_1", new Op.Dense(ToySession.CLASSES, true), dropped);
    return builder.build("head", 0);
  }

  private static final class Trained implements AutoCloseable {
    final Device device = new ReferenceBackend().open(ReferenceBackend.ID, BackendOptions.none());
    final Session session = device.session(graph(), SessionConfig.of(3));
    final TrainingLoop loop;

    Trained(TrainingListener... listeners) {
      DataSet training = ToySession.data("training", 201);
      DataSet validation = ToySession.data("validation", 67);
      loop =
          new TrainingLoop(
              session, graph(), RECIPE, training, Optional.of(validation), List.of(listeners));
    }

    Map<String, Tensor> state() {
      Map<String, Tensor> state = new LinkedHashMap<>();
      session.tensors().forEach(name -> state.put(name, session.read(name)));
      return state;
    }

    @Override
    public void close() {
      loop.close();
      device.close();
    }
  }

  @Test
  void learnsAndGoesOnAfterAStopToTheSameBits() {
    try (Trained whole = new Trained();
        Trained split = new Trained(Training.stopAfter(20))) {
      TrainingResult unbroken = whole.loop.run();
      EpochResult last = unbroken.progress().history().get(3);
      assertTrue(last.loss() < 0.9 * unbroken.progress().history().get(0).loss(), last.csv());
      assertTrue(last.valAccuracy().orElseThrow() > 0.5, last.csv());

      TrainingResult stopped = split.loop.run();
      assertTrue(stopped.progress().step() >= 20 && stopped.progress().step() < 52);
      while (stopped.ending() != TrainingResult.Ending.COMPLETED) {
        stopped = split.loop.run(stopped.progress());
      }
      assertEquals(whole.state(), split.state());
      assertEquals(
          Training.figures(unbroken.progress().history()),
          Training.figures(stopped.progress().history()));
    }
  }

  @Test
  void evaluatesTheSessionAsItIs() {
    try (Trained trained = new Trained()) {
      TrainingResult result = trained.loop.run();
      DataSet validation = ToySession.data("validation", 67);
      try (Evaluator evaluator = new Evaluator(trained.session, graph(), validation)) {
        Evaluation evaluation = evaluator.evaluate();
        assertEquals(result.evaluation().orElseThrow().loss(), evaluation.loss());
        assertEquals(67, evaluation.samples());
      }
    }
  }
}
