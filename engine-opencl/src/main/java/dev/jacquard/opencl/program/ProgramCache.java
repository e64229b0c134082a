package dev.jacquard.opencl.program;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.ClException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Compiles programs, and keeps what the compiler made in a folder: the next run has it without
 * compiling. A file that is damaged, of another program or form, or refused by the driver is
 * replaced. Where the folder cannot be written to, every program is compiled. Thread-safe.
 */
public final class ProgramCache {
  /** Longer than any compiler takes for one of our programs. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Optional<ProgramStore> store;

  private ProgramCache(Optional<ProgramStore> store) {
    this.store = store;
  }

  /**
   * A cache in the user's folder; none for a driver that keeps programs by itself.
   *
   * @param driver whose programs it is for
   */
  public static ProgramCache ofUser(DriverIdentity driver) {
    return driver.keepsPrograms()
        ? none()
        : CacheFolder.ofUser().map(ProgramCache::in).orElseGet(ProgramCache::none);
  }

  /** A cache in a folder, which is made if it is not there. */
  public static ProgramCache in(Path folder) {
    return in(folder, PATIENCE);
  }

  static ProgramCache in(Path folder, Duration patience) {
    return new ProgramCache(
        Optional.of(new ProgramStore(folder, patience)).filter(ProgramStore::prepare));
  }

  /** Keeps nothing, and reads nothing: every program is compiled. */
  public static ProgramCache none() {
    return new ProgramCache(Optional.empty());
  }

  /**
   * Makes a program, of its file if there is one.
   *
   * @param driver whose device it is
   * @param options as {@link ClApi#buildProgram} takes them
   * @return a program of this context, which the caller releases
   * @throws ClException with the compiler's log if the source does not compile
   */
  public long program(
      ClApi cl, long context, long device, DriverIdentity driver, String source, String options) {
    if (store.isEmpty()) {
      return cl.buildProgram(context, device, source, options);
    }
    return new Request(cl, context, device, source, options)
        .answer(store.get(), ProgramKey.of(driver, source, options));
  }

  /** One program that is asked for. */
  private record Request(ClApi cl, long context, long device, String source, String options) {
    long answer(ProgramStore store, ProgramKey key) {
      OptionalLong kept = kept(store, key);
      return kept.isPresent() ? kept.getAsLong() : store.alone(key, () -> make(store, key));
    }

    private long make(ProgramStore store, ProgramKey key) {
      // Whoever worked on it until now has most likely made it.
      OptionalLong kept = kept(store, key);
      return kept.isPresent() ? kept.getAsLong() : compile(store, key);
    }

    private OptionalLong kept(ProgramStore store, ProgramKey key) {
      Optional<byte[]> binary = store.read(key);
      if (binary.isEmpty()) {
        return OptionalLong.empty();
      }
      try {
        return OptionalLong.of(cl.buildProgramFromBinary(context, device, binary.get(), options));
      } catch (ClException e) {
        ProgramStore.LOGGER.log(Level.DEBUG, "the driver refuses a compiled program", e);
        return OptionalLong.empty();
      }
    }

    private long compile(ProgramStore store, ProgramKey key) {
      long program = cl.buildProgram(context, device, source, options);
      try {
        byte[] binary = cl.programBinary(program);
        if (binary.length > 0) {
          store.write(key, binary);
        }
      } catch (ClException e) {
        ProgramStore.LOGGER.log(Level.DEBUG, "the driver gives no compiled program", e);
      }
      return program;
    }
  }
}
