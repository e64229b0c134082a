package dev.jacquard.tck;

import dev.jacquard.backend.Predictor;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * Faults in what a backend does around its ops, each under the group of cases that must find it.
 */
final class BackendFaults {
  private BackendFaults() {}

  static Map<String, Fault> all() {
    Map<String, Fault> faults = new LinkedHashMap<>();
    steps(faults);
    outcomes(faults);
    optimizers(faults);
    state(faults);
    predictions(faults);
    return faults;
  }

  private static void steps(Map<String, Fault> faults) {
    faults.put(
        "dropout: positions forgotten",
        new Fault() {
          @Override
          public int position(Stretch stretch, int step) {
            return 0;
          }
        });
    Fault restarts =
        new Fault() {
          @Override
          public long firstStep(Stretch stretch) {
            return 0;
          }
        };
    faults.put("dropout: steps forgotten", restarts);
    faults.put("determinism: steps counted in each stretch", restarts);
    faults.put("state: a resume that begins with step 0", restarts);
    faults.put("dropout: another seed", seed(config -> config.seed() + 1));
    faults.put("dropout-exact: another seed", seed(config -> config.seed() + 1));
    faults.put("dropout-exact: half of the seed is forgotten", seed(config -> (int) config.seed()));
    faults.put("determinism: the seed is forgotten", seed(config -> 7L));
    faults.put(
        "batch: a tail's gradient divided by the full batch",
        new Fault() {
          @Override
          public double rate(Stretch stretch, int step) {
            return stretch.rate(step) * stretch.size(step) / stretch.batch();
          }
        });
    faults.put(
        "optimizer: one rate for the stretch",
        new Fault() {
          @Override
          public double rate(Stretch stretch, int step) {
            return stretch.rate(0);
          }
        });
  }

  /** Passes over what it cannot do. */
  private static Fault silent() {
    return new Fault() {
      @Override
      public void run(Trainer trainer, ResidentData data, Stretch stretch, StretchResult result) {
        try {
          trainer.run(data, stretch, result);
        } catch (JacquardException e) {
          result.losses()[0] = 0;
        }
      }

      @Override
      public void predict(
          Predictor predictor, ResidentData data, int first, int count, float[] p, float[] l) {
        try {
          predictor.predict(data, first, count, p, l);
        } catch (JacquardException e) {
          p[0] = 0;
        }
      }
    };
  }

  private static Fault seed(ToLongFunction<SessionConfig> seed) {
    return new Fault() {
      @Override
      public SessionConfig config(SessionConfig config) {
        return new SessionConfig(seed.applyAsLong(config), config.precision(), config.fuse());
      }
    };
  }

  private static Fault outcome(BiConsumer<Stretch, StretchResult> fault) {
    return new Fault() {
      @Override
      public void outcome(Stretch stretch, StretchResult result) {
        fault.accept(stretch, result);
      }
    };
  }

  private static void outcomes(Map<String, Fault> faults) {
    faults.put("batch: nothing is refused", silent());
    faults.put(
        "batch: a tail's loss divided by the full batch",
        outcome(
            (stretch, result) -> {
              for (int s = 0; s < stretch.steps(); s++) {
                result.losses()[s] *= (float) stretch.size(s) / stretch.batch();
              }
            }));
    faults.put("batch: one hit too many", outcome((stretch, result) -> result.hits()[0]++));
    faults.put(
        "nan: a loss without NaN",
        outcome(
            (stretch, result) -> {
              for (int s = 0; s < stretch.steps(); s++) {
                result.losses()[s] = Float.isNaN(result.losses()[s]) ? 0 : result.losses()[s];
              }
            }));
    faults.put(
        "determinism: nothing beyond 256 steps",
        outcome(
            (stretch, result) ->
                Arrays.fill(result.losses(), Math.min(256, stretch.steps()), stretch.steps(), 0)));
    AtomicInteger runs = new AtomicInteger();
    faults.put(
        "determinism: a bit of noise",
        outcome(
            (stretch, result) ->
                result.losses()[0] += runs.incrementAndGet() * Math.ulp(result.losses()[0])));
    faults.put(
        "curve: losses one in ten thousand off",
        outcome(
            (stretch, result) -> {
              for (int s = 0; s < stretch.steps(); s++) {
                result.losses()[s] *= 1.0001f;
              }
            }));
  }

  private static void optimizers(Map<String, Fault> faults) {
    faults.put(
        "optimizer: 1 - beta2 in fp32",
        adam(
            a ->
                new Optimizer.Adam(
                    a.learningRate(),
                    a.beta1(),
                    1 - (double) (1 - (float) a.beta2()),
                    a.epsilon())));
    faults.put(
        "optimizer: Adam with ten times the epsilon",
        adam(a -> new Optimizer.Adam(a.learningRate(), a.beta1(), a.beta2(), a.epsilon() * 10)));
    faults.put(
        "optimizer: AdamW without decay",
        optimizer(
            o ->
                o instanceof Optimizer.AdamW w
                    ? new Optimizer.AdamW(w.learningRate(), w.beta1(), w.beta2(), w.epsilon(), 0)
                    : o));
    faults.put(
        "optimizer: Nesterov's is plain momentum",
        optimizer(
            o ->
                o instanceof Optimizer.Sgd s
                    ? new Optimizer.Sgd(s.learningRate(), s.momentum(), false)
                    : o));
  }

  private static Fault adam(UnaryOperator<Optimizer.Adam> change) {
    return optimizer(o -> o instanceof Optimizer.Adam adam ? change.apply(adam) : o);
  }

  private static Fault optimizer(UnaryOperator<Optimizer> change) {
    return new Fault() {
      @Override
      public Optimizer optimizer(Optimizer optimizer) {
        return change.apply(optimizer);
      }
    };
  }

  private static void state(Map<String, Fault> faults) {
    faults.put(
        "batchnorm: rounding noise under a bias",
        reading((name, value) -> name.endsWith("conv/bias") ? value + 1e-9f : value));
    faults.put(
        "state: a last bit lost",
        reading((name, value) -> value == 0 ? value : Math.nextUp(value)));
    Map<Session, Map<String, Tensor>> shared = new ConcurrentHashMap<>();
    faults.put(
        "state: reads are not copies",
        new Fault() {
          @Override
          public Tensor read(Session session, String name) {
            return shared
                .computeIfAbsent(session, s -> new ConcurrentHashMap<>())
                .computeIfAbsent(name, session::read);
          }
        });
    faults.put("state: a failure without words", refusing("", NullPointerException::new));
    faults.put("state: a failure of many lines", refusing("no such tensor\nat all", null));
    AtomicReference<Trainer> first = new AtomicReference<>();
    AtomicReference<Session> owner = new AtomicReference<>();
    faults.put(
        "state: a second trainer goes on with the first one's state",
        new Fault() {
          @Override
          public Trainer trainer(Session session, Supplier<Trainer> make) {
            if (owner.getAndSet(session) != session) {
              first.set(make.get());
            }
            return first.get();
          }
        });
  }

  /** What is read of an element. */
  private interface Reading {
    float of(String name, float value);
  }

  private static Fault reading(Reading reading) {
    return new Fault() {
      @Override
      public Tensor read(Session session, String name) {
        Tensor right = session.read(name);
        float[] values = right.values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = reading.of(name, values[i]);
        }
        return Tensor.of(right.shape(), values);
      }
    };
  }

  private static Fault refusing(String message, Supplier<RuntimeException> other) {
    return new Fault() {
      @Override
      public Tensor read(Session session, String name) {
        try {
          return session.read(name);
        } catch (JacquardException e) {
          throw other == null ? new JacquardException(message + name, e) : other.get();
        }
      }
    };
  }

  private static void predictions(Map<String, Fault> faults) {
    faults.put("loss: 0 times an infinite logit", new AllLogitsCount());
    faults.put(
        "prediction: always from the first sample",
        new Fault() {
          @Override
          public void predict(
              Predictor predictor, ResidentData data, int first, int count, float[] p, float[] l) {
            predictor.predict(data, 0, count, p, l);
          }
        });
    faults.put(
        "loss: labels cut to bytes",
        new Fault() {
          @Override
          public ResidentData upload(Session session, DataSet data) {
            int[] cut = Arrays.stream(data.labels()).map(label -> label & 0xFF).toArray();
            return session.upload(
                data.floats() == null
                    ? data
                    : Values.floats(data.sample(), data.floats(), cut, data.classes().size()));
          }
        });
    faults.put(
        "prediction: a sample too many",
        new Fault() {
          @Override
          public void predict(
              Predictor predictor, ResidentData data, int first, int count, float[] p, float[] l) {
            predictor.predict(data, first, count, p, l);
            p[p.length - 1] = 0;
          }
        });
    faults.put("prediction: nothing is refused", silent());
    faults.put(
        "prediction: nothing beyond 16384 samples",
        new Fault() {
          @Override
          public void predict(
              Predictor predictor, ResidentData data, int first, int count, float[] p, float[] l) {
            predictor.predict(data, first, Math.min(count, 16384), p, l);
          }
        });
    AtomicReference<ResidentData> place = new AtomicReference<>();
    faults.put(
        "prediction: one place for all that is uploaded",
        new Fault() {
          @Override
          public ResidentData upload(Session session, DataSet data) {
            place.set(session.upload(data));
            return place.get();
          }

          @Override
          public void predict(
              Predictor predictor, ResidentData data, int first, int count, float[] p, float[] l) {
            predictor.predict(place.get(), first, count, p, l);
          }
        });
    AtomicInteger callers = new AtomicInteger();
    faults.put(
        "prediction: one workspace for all callers",
        new Fault() {
          @Override
          public void predict(
              Predictor predictor, ResidentData data, int first, int count, float[] p, float[] l) {
            int others = callers.getAndIncrement();
            predictor.predict(data, first, count, p, l);
            callers.getAndDecrement();
            p[0] += others;
          }
        });
  }
}
