package dev.jacquard.benchmarks;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import java.util.SplittableRandom;

/** Training with Adam over shuffled images. A step allocates nothing. */
public final class Training implements AutoCloseable {
  private static final double RATE = 1e-3;

  private final Workload workload;
  private final Trainer trainer;
  private final int batch;
  private final int[] order;
  private final Stretch stretch;
  private final StretchResult result;
  private long steps;
  private int at;

  /**
   * Compiles the training plan for the CPU backend, to train step by step.
   *
   * @param network its name in {@code model-fmnist}
   * @param batch images of a step, at most as many as there are
   * @param winograd as {@code --winograd} takes it
   */
  public Training(String network, int batch, int threads, String winograd, DataSet images) {
    this(network, batch, 1, Workload.cpu(threads, winograd), Precision.FP32, images);
  }

  /**
   * Compiles the training plan.
   *
   * @param network its name in {@code model-fmnist}
   * @param batch images of a step, at most as many as there are
   * @param stretch steps that are handed over at once
   * @param device closed with this
   * @param precision of its products
   */
  public Training(
      String network, int batch, int stretch, Device device, Precision precision, DataSet images) {
    this.workload = new Workload(network, device, precision, images);
    this.trainer = workload.session().trainer(batch, Optimizer.Adam.defaults());
    this.batch = batch;
    this.order = shuffled(images.size());
    this.stretch = new Stretch(batch, stretch);
    this.result = new StretchResult(stretch);
  }

  private static int[] shuffled(int count) {
    SplittableRandom random = new SplittableRandom(1);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * One stretch of steps on the next images; begins anew at the end. Returns the last step's loss.
   */
  public float step() {
    stretch.clear(steps);
    for (int i = 0; i < stretch.capacity(); i++) {
      if (at + batch > order.length) {
        at = 0;
      }
      stretch.add(order, at, batch, at, RATE);
      at += batch;
    }
    steps += stretch.capacity();
    trainer.run(workload.data(), stretch, result);
    return result.losses()[stretch.capacity() - 1];
  }

  /** The session, for its plan and its clock on each stage. */
  public Session session() {
    return workload.session();
  }

  @Override
  public void close() {
    workload.close();
  }
}
