package dev.jacquard.opencl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.Tuning;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How a device's programs are built, whatever the driver. */
final class ContextTest {
  private static final int PATIENCE = 120;

  private final AtomicLong handles = new AtomicLong();
  private final Set<Long> alive = ConcurrentHashMap.newKeySet();

  private Context context(Context.ProgramBuilder builder) {
    Limits limits = new Limits(false, false, 1, 1, 256, 32 << 10);
    return new Context(calls(), 1, 1, "opencl:0:0", "a test", limits, NO_TUNING, builder);
  }

  private static final Chooser NO_TUNING = Chooser.of(Tuning.NONE);

  /** Programs that are released are no longer alive; all else does nothing. */
  private ClApi calls() {
    return (ClApi)
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) -> {
              if (method.getName().equals("releaseProgram")) {
                assertTrue(alive.remove(arguments[0]), "released twice, or never made");
              }
              Class<?> type = method.getReturnType();
              return type == long.class
                  ? handles.incrementAndGet()
                  : type == String.class ? "" : null;
            });
  }

  private long made() {
    long made = handles.incrementAndGet();
    alive.add(made);
    return made;
  }

  private static void meet(CyclicBarrier others) {
    try {
      others.await(PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("nobody builds at the same time", e);
    }
  }

  private static Context.Program of(Context context, String family) {
    return context.program(family, new Defines());
  }

  @Test
  void buildsProgramsSideBySideAndEachOnce() {
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicLong builds = new AtomicLong();
    try (Context context =
        context(
            (of, on, source, options) -> {
              builds.incrementAndGet();
              meet(both);
              return made();
            })) {
      Context.Program probe = of(context, "probe");
      Context.Program fold = of(context, "fold");
      context.build(List.of(probe, fold, of(context, "probe")));
      context.build(List.of(fold));
      assertTrue(context.kernel(probe, "probe_copy") != 0);
      assertEquals(2, builds.get());
      assertEquals(2, alive.size());
    }
    assertEquals(Set.of(), alive);
  }

  @Test
  void releasesAProgramThatAnotherPlanHasBuiltMeanwhile() {
    CyclicBarrier both = new CyclicBarrier(2);
    try (Context context =
        context(
            (of, on, source, options) -> {
              meet(both);
              return made();
            })) {
      List<Context.Program> same = List.of(of(context, "fold"));
      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> context.build(same));
      context.build(same);
      other.join();
      assertEquals(1, alive.size());
    }
    assertEquals(Set.of(), alive);
  }

  @Test
  void namesTheFirstProgramThatDoesNotCompileAndReleasesTheOthers() {
    try (Context context =
        context(
            (of, on, source, options) -> {
              if (source.contains("probe_copy") || source.contains("flip_weights")) {
                throw new ClException("clBuildProgram", -11);
              }
              return made();
            })) {
      List<Context.Program> wanted =
          List.of(of(context, "fold"), of(context, "probe"), of(context, "optimizer"));
      for (int again = 0; again < 20; again++) {
        String message = assertThrows(ClException.class, () -> context.build(wanted)).getMessage();
        assertEquals(
            "opencl:0:0 cannot compile probe.cl (choose another device with --backend, and please"
                + " report it): clBuildProgram: CL_BUILD_PROGRAM_FAILURE (-11)",
            message);
      }
      assertEquals(1, alive.size());
    }
    assertEquals(Set.of(), alive);
  }
}
