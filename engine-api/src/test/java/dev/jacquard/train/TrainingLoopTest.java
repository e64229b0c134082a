package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.Session;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import dev.jacquard.tensor.Shape;
import dev.jacquard.train.TrainingResult.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingLoopTest {
  @Test
  void everyEpochTrainsOnEverySampleOnceAndOnTheTailToo() {
    Training training = new Training();
    TrainingResult result = training.loop.run();
    assertEquals(Ending.COMPLETED, result.ending());
    List<List<Integer>> batches = training.session.batches;
    assertEquals(18, batches.size());
    List<List<Integer>> orders = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<List<Integer>> steps = batches.subList(epoch * 6, epoch * 6 + 6);
      assertEquals(List.of(4, 4, 4, 4, 4, 3), steps.stream().map(List::size).toList());
      List<Integer> order = steps.stream().flatMap(List::stream).toList();
      assertEquals(IntStream.range(0, 23).boxed().toList(), order.stream().sorted().toList());
      orders.add(order);
    }
    assertNotEquals(orders.get(0), orders.get(1));
    assertNotEquals(orders.get(1), orders.get(2));
  }

  @Test
  void stepsAreNumberedOverAllEpochsAndPositionsWithinEach() {
    Training training = new Training();
    training.loop.run();
    List<List<Long>> expected = new ArrayList<>();
    for (long step = 0; step < 18; step++) {
      expected.add(List.of(step, step % 6 * 4));
    }
    assertEquals(expected, training.session.places);
  }

  @Test
  void withoutShufflingTheOrderIsTheDataSets() {
    Recipe recipe =
        new Recipe(
            1,
            4,
            new Optimizer.Sgd(0.1, 0.9, false),
            Schedule.CONSTANT,
            5,
            false,
            OptionalLong.empty());
    Training training = new Training(recipe);
    training.loop.run();
    assertEquals(
        IntStream.range(0, 23).boxed().toList(),
        training.session.batches.stream().flatMap(List::stream).toList());
  }

  @Test
  void theRatesAreTheSchedulesOverAllPlannedSteps() {
    Training training = new Training(Training.recipe().withMaxSteps(OptionalLong.of(8)));
    TrainingResult result = training.loop.run();
    assertEquals(Ending.MAX_STEPS, result.ending());
    assertEquals(8, result.progress().step());
    assertEquals(1, result.progress().history().size());
    List<Double> expected = new ArrayList<>();
    for (long step = 0; step < 8; step++) {
      expected.add(Schedule.ONE_CYCLE.rate(0.1, step, 18));
    }
    assertEquals(expected, training.session.rates);
  }

  @Test
  void whatIsComputedDoesNotDependOnTheCuts() {
    Training fast = new Training();
    fast.session.nanosecondsAStep = 1_000;
    Training slow = new Training();
    slow.session.nanosecondsAStep = 700_000_000;
    TrainingResult ofFast = fast.loop.run();
    TrainingResult ofSlow = slow.loop.run();
    assertEquals(List.of(1, 2, 3, 6, 6), fast.session.stretches);
    assertEquals(18, slow.session.stretches.size());
    assertEquals(fast.session.state, slow.session.state);
    assertEquals(
        Training.figures(ofFast.progress().history()),
        Training.figures(ofSlow.progress().history()));
  }

  @Test
  void theEpochsFiguresAreMeansOverItsSamples() {
    List<Double> losses = new ArrayList<>();
    List<Integer> hits = new ArrayList<>();
    List<Double> speeds = new ArrayList<>();
    Training training =
        new Training(
            new TrainingListener() {
              @Override
              public void onStretch(StretchEvent event) {
                for (int i = 0; i < event.steps(); i++) {
                  losses.add((double) event.loss(i) * event.size(i));
                  hits.add(event.hits(i));
                }
                speeds.add(event.samplesPerSecond());
              }
            });
    TrainingResult result = training.loop.run();
    assertEquals(4000, speeds.get(0), 1e-6, "four samples in a millisecond");
    assertEquals(11 / 0.003, speeds.get(2), 1e-6, "the epoch's last step has three");
    EpochResult last = result.progress().history().get(2);
    double loss = losses.subList(12, 18).stream().mapToDouble(Double::doubleValue).sum() / 23;
    double hit = hits.subList(12, 18).stream().mapToInt(Integer::intValue).sum() / 23.0;
    assertEquals(loss, last.loss(), 1e-12);
    assertEquals(hit, last.accuracy(), 1e-12);
    assertEquals(0.006, last.seconds(), 1e-12, "six steps of a millisecond");
    assertEquals(0.018, result.progress().trainSeconds(), 1e-12);
    Evaluation evaluation = result.evaluation().orElseThrow();
    assertEquals(evaluation.loss(), last.valLoss().orElseThrow());
    assertEquals(evaluation.accuracy(), last.valAccuracy().orElseThrow());
    assertEquals(11, evaluation.samples());
    assertTrue(last.loss() < result.progress().history().get(0).loss(), "it learns");
  }

  @Test
  void withoutAValidationSetThereAreNoSuchFigures() {
    ToySession session = new ToySession(5);
    TrainingResult result = Training.loop(session, Training.recipe(), Optional.empty()).run();
    assertTrue(result.evaluation().isEmpty());
    assertTrue(result.progress().history().get(0).valLoss().isEmpty());
    assertTrue(result.progress().history().get(0).csv().contains(",,,"));
  }

  @Test
  void listenersHearEverythingInOrder() {
    List<String> heard = new ArrayList<>();
    Recipe recipe = Training.recipe().withMaxSteps(OptionalLong.of(8));
    Training training = new Training(recipe, recorder("A", heard), recorder("B", heard));
    training.loop.run();
    List<String> expected = new ArrayList<>();
    for (String event :
        List.of(
            "start 0",
            "steps 1-1",
            "steps 2-3",
            "steps 4-6",
            "epoch 1",
            "checkpoint 6",
            "steps 7-8",
            "checkpoint 8",
            "end MAX_STEPS")) {
      expected.add("A " + event);
      expected.add("B " + event);
    }
    assertEquals(expected, heard);
  }

  private static TrainingListener recorder(String name, List<String> heard) {
    return new TrainingListener() {
      private void hear(String event) {
        heard.add(name + " " + event);
      }

      @Override
      public void onStart(TrainingInfo info, TrainingControl control) {
        hear("start " + info.from().step());
      }

      @Override
      public void onStretch(StretchEvent event) {
        hear("steps " + (event.firstStep() + 1) + "-" + event.progress().step());
      }

      @Override
      public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
        hear("epoch " + result.epoch());
      }

      @Override
      public void onCheckpoint(Progress progress, Session session) {
        hear("checkpoint " + progress.step());
      }

      @Override
      public void onEnd(TrainingResult result, Session session) {
        hear("end " + result.ending());
      }

      @Override
      public void onFailure(Throwable failure) {
        hear("failure " + failure.getMessage());
      }
    };
  }

  @Test
  void aListenersFailureIsToldToAllAndThrown() {
    List<String> heard = new ArrayList<>();
    JacquardException failure = new JacquardException("no disk");
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochResult result, Optional<Evaluation> evaluation) {
            throw failure;
          }

          @Override
          public void onFailure(Throwable why) {
            throw new IllegalStateException("and another");
          }
        };
    Training training = new Training(failing, recorder("B", heard));
    assertSame(failure, assertThrows(JacquardException.class, training.loop::run));
    assertEquals("B failure no disk", heard.get(heard.size() - 1));
    assertFalse(heard.contains("B epoch 1"));
    assertEquals("and another", failure.getSuppressed()[0].getMessage());
  }

  @Test
  void aSecondRunStartsWithFreshOptimiserState() {
    Training twice = new Training();
    twice.loop.run();
    Training other = new Training();
    other.session.write("dense/kernel", twice.session.read("dense/kernel"));
    twice.loop.run();
    other.loop.run();
    assertEquals(other.session.state, twice.session.state);
  }

  @Test
  void aListenerStopsItWithItsReason() {
    TrainingResult result = new Training(Training.stopAfter(7)).loop.run();
    assertEquals(Ending.STOPPED, result.ending());
    assertEquals("step 7 is done", result.reason());
    assertEquals(12, result.progress().step(), "the stretch in hand is finished");
  }

  @Test
  void anotherThreadStopsItAfterTheStretchInHand() throws InterruptedException {
    CountDownLatch training = new CountDownLatch(1);
    CountDownLatch requested = new CountDownLatch(1);
    List<Long> checkpoints = new ArrayList<>();
    TrainingListener meeting =
        new TrainingListener() {
          @Override
          public void onStretch(StretchEvent event) {
            training.countDown();
            await(requested);
          }

          @Override
          public void onCheckpoint(Progress progress, Session session) {
            checkpoints.add(progress.step());
          }
        };
    Training subject = new Training(meeting);
    Thread handler =
        new Thread(
            () -> {
              await(training);
              subject.loop.requestStop();
              requested.countDown();
            });
    handler.start();
    TrainingResult result = subject.loop.run();
    handler.join();
    assertEquals(Ending.INTERRUPTED, result.ending());
    assertEquals("interrupted after step 1", result.reason());
    assertEquals(List.of(1L), checkpoints);
    assertEquals(Ending.COMPLETED, subject.loop.run(result.progress()).ending());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(120, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void refusesDataThatDoesNotFit() {
    DataSet fourClasses =
        DataSet.ofFloats(
            "other", Shape.of(4), new float[4], new int[1], List.of("a", "b", "c", "d"));
    refuses(
        "other: the network's last layer gives 3 numbers, received 4 classes; give the last layer 4"
            + " units",
        fourClasses);
    DataSet wide =
        DataSet.ofFloats("wide", Shape.of(5), new float[5], new int[1], List.of("a", "b", "c"));
    refuses(
        "wide: the network's input_shape is [4], the samples are [5]; set input_shape to [5]",
        wide);
    DataSet bytes =
        DataSet.ofBytes("bytes", Shape.of(4), new byte[4], new int[1], List.of("a", "b", "c"));
    refuses(
        "bytes: the network takes samples stored as F32, received U8; give such samples, or a"
            + " network and session for these",
        bytes);
    refuses(
        "batch size 4 is larger than the data set's 3 samples; use one of 3 or less",
        ToySession.data("small", 3));
  }

  private static void refuses(String message, DataSet training) {
    JacquardException refusal =
        assertThrows(
            JacquardException.class,
            () ->
                new TrainingLoop(
                    new ToySession(1),
                    ToySession.graph(),
                    Training.recipe(),
                    training,
                    Optional.empty(),
                    List.of()));
    assertEquals(message, refusal.getMessage());
  }
}
