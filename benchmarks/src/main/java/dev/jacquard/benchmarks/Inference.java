package dev.jacquard.benchmarks;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.Session;
import dev.jacquard.data.DataSet;

/** Inference over all images of a data set. */
public final class Inference implements AutoCloseable {
  private final Workload workload;
  private final Predictor predictor;
  private final int count;
  private final float[] probabilities;

  /**
   * Compiles the inference plan for the CPU backend.
   *
   * @param network its name in {@code model-fmnist}
   * @param batch images that the plan takes at once
   * @param winograd as {@code --winograd} takes it
   */
  public Inference(String network, int batch, int threads, String winograd, DataSet images) {
    this(network, batch, Workload.cpu(threads, winograd), Precision.FP32, images);
  }

  /**
   * Compiles the inference plan.
   *
   * @param network its name in {@code model-fmnist}
   * @param batch images that the plan takes at once
   * @param device closed with this
   * @param precision of its products
   */
  public Inference(String network, int batch, Device device, Precision precision, DataSet images) {
    this.workload = new Workload(network, device, precision, images);
    this.predictor = workload.session().predictor(batch);
    this.count = images.size();
    this.probabilities = new float[count * images.classes().size()];
  }

  /** Classifies every image. Returns the probabilities, [N, classes]; refilled by the next call. */
  public float[] run() {
    predictor.predict(workload.data(), 0, count, probabilities, null);
    return probabilities;
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
