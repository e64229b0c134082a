package dev.jacquard.model;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.StageTime;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A session that any thread may use at any time. What the contract of {@link Session} allows beside
 * each other runs so: predictions, and what they need. What it allows to one thread only waits for
 * these, and they for it. A training is held up by its stretches, so predictions come between.
 */
final class SharedSession implements Session {
  private final Session session;

  /** Fair, as predictions that overlap without end would keep a training waiting. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

  private boolean closed;

  SharedSession(Session session) {
    this.session = session;
  }

  /** Does what may be done beside predictions. */
  <T> T beside(Supplier<T> work) {
    return within(lock.readLock(), work);
  }

  /** Does what needs the session for itself. */
  <T> T alone(Supplier<T> work) {
    return within(lock.writeLock(), work);
  }

  private <T> T within(Lock held, Supplier<T> work) {
    held.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      return work.get();
    } finally {
      held.unlock();
    }
  }

  @Override
  public List<String> tensors() {
    return alone(session::tensors);
  }

  @Override
  public Tensor read(String name) {
    return alone(() -> session.read(name));
  }

  @Override
  public void write(String name, Tensor value) {
    alone(
        () -> {
          session.write(name, value);
          return null;
        });
  }

  @Override
  public void write(Map<String, Tensor> values) {
    alone(
        () -> {
          session.write(values);
          return null;
        });
  }

  @Override
  public ResidentData upload(DataSet data) {
    return beside(() -> new SharedData(session.upload(data)));
  }

  @Override
  public Trainer trainer(int batch, Optimizer optimizer) {
    return new SharedTrainer(alone(() -> session.trainer(batch, optimizer)));
  }

  @Override
  public Predictor predictor(int batch) {
    return new SharedPredictor(beside(() -> session.predictor(batch)));
  }

  @Override
  public MemoryUse memory() {
    return alone(session::memory);
  }

  @Override
  public List<StageTime> profile() {
    return alone(session::profile);
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      session.close();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Frees what belongs to predictions. What the session has freed is freed again, to no effect. */
  private void closeBeside(Runnable close) {
    lock.readLock().lock();
    try {
      close.run();
    } finally {
      lock.readLock().unlock();
    }
  }

  private final class SharedData implements ResidentData {
    private final ResidentData data;

    SharedData(ResidentData data) {
      this.data = data;
    }

    @Override
    public int size() {
      return data.size();
    }

    @Override
    public void close() {
      closeBeside(data::close);
    }
  }

  private final class SharedTrainer implements Trainer {
    private final Trainer trainer;

    SharedTrainer(Trainer trainer) {
      this.trainer = trainer;
    }

    @Override
    public void run(ResidentData data, Stretch stretch, StretchResult result) {
      alone(
          () -> {
            trainer.run(((SharedData) data).data, stretch, result);
            return null;
          });
    }

    @Override
    public Plan plan() {
      return trainer.plan();
    }

    @Override
    public void close() {
      lock.writeLock().lock();
      try {
        trainer.close();
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  private final class SharedPredictor implements Predictor {
    private final Predictor predictor;

    SharedPredictor(Predictor predictor) {
      this.predictor = predictor;
    }

    @Override
    public void predict(
        ResidentData data, int first, int count, float[] probabilities, float[] losses) {
      beside(
          () -> {
            predictor.predict(((SharedData) data).data, first, count, probabilities, losses);
            return null;
          });
    }

    @Override
    public Plan plan() {
      return predictor.plan();
    }

    @Override
    public void close() {
      closeBeside(predictor::close);
    }
  }
}
