package dev.jacquard.cpu.plan;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.cpu.kernel.Kernels;
import dev.jacquard.cpu.thread.Workers;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Window;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A data set as uploaded. The arrays are shared with the caller's, which does not change them. */
public final class CpuData implements ResidentData {
  private final Object owner;
  private final Arena arena;
  private final DataSet set;
  private final Consumer<CpuData> onClose;
  private final Map<Window, float[]> patches = new HashMap<>();
  private volatile boolean closed;

  /**
   * Takes a place in {@code arena}, which belongs to this data set alone.
   *
   * @param owner what stands for the session that uploads it
   * @param onClose is told when it is closed
   */
  public CpuData(Object owner, Arena arena, DataSet set, Consumer<CpuData> onClose) {
    this.owner = owner;
    this.arena = arena;
    this.set = set;
    this.onClose = onClose;
    arena.count((long) set.size() * set.sample().elements() * set.dtype().bytes());
    arena.count(4L * set.size());
  }

  DataSet set() {
    return set;
  }

  /**
   * What {@link Patches} knows of the images as this window sees them, made when it is first asked
   * for.
   */
  synchronized float[] patches(Op.Input input, Window window, Kernels kernels, Workers workers) {
    float[] table = patches.get(window);
    if (table == null) {
      try {
        table = Patches.table(set, input, window, kernels, workers, arena);
      } catch (OutOfMemoryError e) {
        throw arena.outOfMemory("use a smaller data set or --no-fuse", e);
      }
      patches.put(window, table);
    }
    return table;
  }

  /**
   * The resident data, if it is one that this owner's plans may read.
   *
   * @throws JacquardException if it is another session's or closed
   */
  static CpuData of(ResidentData data, Object owner) {
    if (!(data instanceof CpuData own) || own.owner != owner) {
      throw new JacquardException(
          "the data set was uploaded to another session; upload it to the one that uses it");
    }
    if (own.closed) {
      throw new JacquardException(
          "the data set " + own.set.name() + " is closed; upload it again before using it");
    }
    return own;
  }

  /** The memory that it is counted in. */
  public Arena arena() {
    return arena;
  }

  @Override
  public int size() {
    return set.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    patches.clear();
    arena.close();
    onClose.accept(this);
  }
}
