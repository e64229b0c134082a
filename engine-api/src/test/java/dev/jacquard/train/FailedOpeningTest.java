package dev.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.network.Schedule;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A loop that cannot be made leaves nothing open on the device. */
class FailedOpeningTest {
  private final Set<String> open = new TreeSet<>();
  private int uploads;

  /** A session that keeps the books of what is open, and has no memory for {@code failing}. */
  private Session session(String failing) {
    return part(
        Session.class,
        method -> {
          if (method.equals(failing)) {
            throw new JacquardException("out of memory");
          }
          return switch (method) {
            case "upload" -> opened(ResidentData.class, "data " + uploads++);
            case "trainer" -> opened(Trainer.class, "trainer");
            case "predictor" -> opened(Predictor.class, "predictor");
            default -> throw new UnsupportedOperationException(method);
          };
        });
  }

  private interface Answer {
    Object to(String method);
  }

  private static <T> T part(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(method.getName())));
  }

  private <T> T opened(Class<T> type, String name) {
    open.add(name);
    return part(
        type,
        method -> {
          open.remove(name);
          return null;
        });
  }

  private void open(String failing) {
    Recipe recipe =
        new Recipe(
            1, 4, Optimizer.Sgd.defaults(), Schedule.CONSTANT, 5, true, OptionalLong.empty());
    DataSet data = ToySession.data("training", 8);
    Session session = session(failing);
    assertThrows(
        JacquardException.class,
        () ->
            new TrainingLoop(
                session, ToySession.graph(), recipe, data, Optional.of(data), List.of()));
    assertEquals(Set.of(), open);
  }

  @Test
  void withoutMemoryForTheTrainer() {
    open("trainer");
    assertEquals(1, uploads);
  }

  @Test
  void withoutMemoryForTheEvaluation() {
    open("predictor");
    assertEquals(2, uploads);
  }
}
