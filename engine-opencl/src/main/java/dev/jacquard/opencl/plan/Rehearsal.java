package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;
import dev.jacquard.opencl.binding.ClApi;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Compiles a plan; if the device has too little memory, finds the batch size that would fit by
 * compiling smaller ones with OpenCL calls that do nothing. So the sum of a plan's buffers is known
 * in one place, the plan itself.
 *
 * @param what is compiled: {@code training}
 * @param compiler makes the plan
 * @param close frees it
 */
public record Rehearsal<T>(String what, Compiler<T> compiler, Consumer<T> close) {
  /** Compiles a plan for a device, or for one that only counts. */
  @FunctionalInterface
  public interface Compiler<T> {
    /** The plan for batches of up to {@code batch} samples. */
    T compile(Context context, int batch);
  }

  /**
   * Compiles the plan for the device.
   *
   * @throws OutOfMemory if it does not fit, with the batch size that would
   */
  public T perform(Context context, int batch) {
    try {
      return compiler.compile(context, batch);
    } catch (OutOfMemory e) {
      int fitting = fitting(context.rehearsal(e.limit(), calls()), batch);
      String remedy =
          fitting == 0
              ? "nor does any smaller one, use a smaller network"
              : "one of up to " + fitting + " would";
      throw e.with(what + " with batch size " + batch + " does not fit, " + remedy);
    }
  }

  /** The greatest batch size below {@code batch} that fits; 0 if none does. */
  private int fitting(Context stage, int batch) {
    int fits = 0;
    int tooLarge = batch;
    while (tooLarge - fits > 1) {
      int middle = (fits + tooLarge) >>> 1;
      if (fits(stage, middle)) {
        fits = middle;
      } else {
        tooLarge = middle;
      }
    }
    return fits;
  }

  private boolean fits(Context stage, int batch) {
    try {
      close.accept(compiler.compile(stage, batch));
      return true;
    } catch (JacquardException e) {
      return false;
    }
  }

  /** Calls that do nothing but give every object a handle of its own. */
  private static ClApi calls() {
    AtomicLong handles = new AtomicLong();
    Object calls =
        Proxy.newProxyInstance(
            ClApi.class.getClassLoader(),
            new Class<?>[] {ClApi.class},
            (self, method, arguments) ->
                method.getReturnType() == long.class ? handles.incrementAndGet() : null);
    return (ClApi) calls;
  }
}
