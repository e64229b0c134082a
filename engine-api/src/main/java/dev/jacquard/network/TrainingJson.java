package dev.jacquard.network;

import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The section {@code training} of a network file, read and written. */
final class TrainingJson {
  private static final TrainingDefaults STANDARD = TrainingDefaults.standard();

  /** Each rule as Keras has it, by its name. */
  private static final Map<String, Optimizer> STANDARDS = new LinkedHashMap<>();

  static {
    Stream.of(Optimizer.Adam.defaults(), Optimizer.AdamW.defaults(), Optimizer.Sgd.defaults())
        .forEach(optimizer -> STANDARDS.put(optimizer.type(), optimizer));
  }

  private TrainingJson() {}

  static TrainingDefaults parse(Fields fields) {
    TrainingDefaults training =
        new TrainingDefaults(
            fields.intAtLeast("batch_size", 1, STANDARD.batchSize()),
            fields.intAtLeast("epochs", 1, STANDARD.epochs()),
            fields
                .optionalObject("optimizer")
                .map(TrainingJson::optimizer)
                .orElse(STANDARD.optimizer()),
            fields.choice(
                "schedule", List.of(Schedule.values()), Schedule::label, STANDARD.schedule()),
            fields.number(
                "label_smoothing", Op.SoftmaxCrossEntropy.SMOOTHINGS, STANDARD.labelSmoothing()));
    fields.requireAllRead("training");
    return training;
  }

  private static Optimizer optimizer(Fields fields) {
    String type = fields.choice("type", List.copyOf(STANDARDS.keySet()), Function.identity());
    Optimizer optimizer =
        switch (type) {
          case "Adam" -> adam(fields);
          case "AdamW" -> adamW(fields);
          default -> sgd(fields);
        };
    fields.requireAllRead(type);
    return optimizer;
  }

  private static Optimizer adam(Fields fields) {
    Optimizer.Adam d = Optimizer.Adam.defaults();
    return new Optimizer.Adam(
        fields.number("learning_rate", Optimizer.RATES, d.learningRate()),
        fields.number("beta_1", Optimizer.MOMENTA, d.beta1()),
        fields.number("beta_2", Optimizer.MOMENTA, d.beta2()),
        fields.number("epsilon", Optimizer.EPSILONS, d.epsilon()));
  }

  private static Optimizer adamW(Fields fields) {
    Optimizer.AdamW d = Optimizer.AdamW.defaults();
    return new Optimizer.AdamW(
        fields.number("learning_rate", Optimizer.RATES, d.learningRate()),
        fields.number("beta_1", Optimizer.MOMENTA, d.beta1()),
        fields.number("beta_2", Optimizer.MOMENTA, d.beta2()),
        fields.number("epsilon", Optimizer.EPSILONS, d.epsilon()),
        fields.number("weight_decay", Optimizer.DECAYS, d.weightDecay()));
  }

  private static Optimizer sgd(Fields fields) {
    Optimizer.Sgd d = Optimizer.Sgd.defaults();
    return new Optimizer.Sgd(
        fields.number("learning_rate", Optimizer.RATES, d.learningRate()),
        fields.number("momentum", Optimizer.MOMENTA, d.momentum()),
        fields.bool("nesterov", d.nesterov()));
  }

  /**
   * Batch size, epochs and the optimiser with its rate are always written: they are what readers
   * look for.
   */
  static Map<String, Object> write(TrainingDefaults training) {
    Map<String, Object> section =
        new LinkedHashMap<>(
            new FieldWriter()
                .put("batch_size", training.batchSize())
                .put("epochs", training.epochs())
                .values());
    section.put("optimizer", write(training.optimizer()));
    section.putAll(
        new FieldWriter()
            .put("schedule", training.schedule().label(), STANDARD.schedule().label())
            .put("label_smoothing", training.labelSmoothing(), STANDARD.labelSmoothing())
            .values());
    return section;
  }

  private static Map<String, Object> write(Optimizer optimizer) {
    FieldWriter to =
        new FieldWriter()
            .put("type", optimizer.type())
            .put("learning_rate", optimizer.learningRate());
    Map<String, Object> standard = STANDARDS.get(optimizer.type()).settings();
    optimizer.settings().forEach((key, value) -> to.put(key, value, standard.get(key)));
    return to.values();
  }
}
