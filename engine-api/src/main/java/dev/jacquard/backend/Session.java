package dev.jacquard.backend;

import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A graph on a device: its parameters, optimiser state and uploaded data sets. Trainers and
 * predictors of one session share the parameters.
 *
 * <p>Prediction is thread-safe, and so is what it needs: uploading, compiling a predictor, and
 * closing either once nobody uses it. Any number of threads may do these at once. Everything else,
 * training above all, is for one thread while nothing of that goes on.
 *
 * <p>The state is a set of named tensors in canonical shapes: every {@link
 * dev.jacquard.graph.Parameter} under its name, and, once there is a trainer, the optimiser's under
 * {@code optimizer/SLOT/PARAMETER}, for example {@code optimizer/m/conv2d/kernel}.
 */
public interface Session extends AutoCloseable {
  /** The names of the state, parameters in graph order first. */
  List<String> tensors();

  /**
   * A copy of a state tensor.
   *
   * @throws dev.jacquard.error.JacquardException if there is none of this name
   */
  Tensor read(String name);

  /**
   * Overwrites a state tensor.
   *
   * @throws dev.jacquard.error.JacquardException if there is none of this name or the shape is
   *     another
   */
  void write(String name, Tensor value);

  /**
   * Overwrites several state tensors. Where the session is shared with threads that predict, they
   * see all of the new values or none.
   *
   * @param values by name
   * @throws dev.jacquard.error.JacquardException as {@link #write(String, Tensor)}; those before it
   *     are then written
   */
  default void write(Map<String, Tensor> values) {
    values.forEach(this::write);
  }

  /**
   * Puts a data set onto the device, as stored; it stays there until it or the session is closed.
   * Thread-safe beside predictions.
   *
   * @throws dev.jacquard.error.JacquardException as {@link ResidentData#check}, or if it does not
   *     fit the device
   */
  ResidentData upload(DataSet data);

  /**
   * Compiles forward, backward and update for batches of up to {@code batch} samples, with fresh
   * optimiser state. A session has at most one trainer; making another closes the first.
   *
   * @throws dev.jacquard.error.JacquardException if {@code batch} is below 1, or the plan needs
   *     more memory than the device has left
   */
  Trainer trainer(int batch, Optimizer optimizer);

  /**
   * Compiles inference for batches of up to {@code batch} samples. Thread-safe beside predictions.
   *
   * @throws dev.jacquard.error.JacquardException as {@link #trainer}
   */
  Predictor predictor(int batch);

  /** What it holds on the device now. */
  MemoryUse memory();

  /**
   * The time spent in each stage since the last call, for stages that ran; in plan order. May be
   * empty unless {@link SessionConfig#profile} asked for it.
   */
  List<StageTime> profile();

  /** Frees everything. Closing again does nothing. */
  @Override
  void close();
}
