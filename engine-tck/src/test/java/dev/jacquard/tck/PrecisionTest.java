package dev.jacquard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.backend.BackendOptions;
import dev.jacquard.backend.BackendProvider;
import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.error.JacquardException;
import dev.jacquard.reference.ReferenceBackend;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite in other precisions than fp32: what is owed there, and what not. */
class PrecisionTest {
  private static TckReport run(
      BackendProvider provider, Precision precision, Predicate<TckCase> filter) {
    return TckRunner.run(
        provider,
        ReferenceBackend.ID,
        BackendOptions.none(),
        SessionConfig.of(0).in(precision),
        filter,
        (result, done, all) -> {});
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void whoRoundsAsAskedPasses(Precision precision) {
    TckReport report = run(new FaultyBackend(RoundedProduct.whereAsked()), precision, test -> true);
    assertTrue(report.conforms(), () -> String.join("\n", report.table()));
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "TF32", mode = EnumSource.Mode.EXCLUDE)
  void whoRoundsMoreFails(Precision precision) {
    for (String group : List.of("conv2d", "dense", "optimizer")) {
      TckReport report =
          run(
              new FaultyBackend(RoundedProduct.always()),
              precision,
              test -> test.group().equals(group));
      assertFalse(report.conforms(), group);
    }
  }

  @Test
  void faultsAreFoundAsInFp32() {
    OpFaults.all()
        .forEach(
            (name, fault) -> {
              TckReport report =
                  run(
                      new FaultyBackend(RoundedProduct.beside(fault)),
                      Precision.TF32,
                      test -> test.group().equals(name.split(":", 2)[0]));
              assertFalse(report.conforms(), name);
            });
  }

  @Test
  void aPrecisionThatADeviceDoesNotHaveIsItsErrorBeforeAnyCase() {
    String message =
        assertThrows(
                JacquardException.class,
                () -> run(new ReferenceBackend(), Precision.TF32, test -> true))
            .getMessage();
    assertEquals(
        "device reference computes in double precision only, received precision tf32; use fp32",
        message);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void theReferenceNetworkIsWhatItShouldBe(Precision precision) {
    FaultyBackend backend = new FaultyBackend(RoundedProduct.whereAsked());
    try (Device device = backend.open(ReferenceBackend.ID, BackendOptions.none())) {
      SessionConfig config = SessionConfig.of(1).in(precision);
      List<Measurement> all =
          NetworkCheck.run(backend, BackendOptions.none(), device, Networks.reference(), config, 3);
      assertTrue(all.stream().allMatch(Measurement::passed), all.toString());
    }
  }
}
