package dev.jacquard.network;

import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.layer.FieldWriter;
import dev.jacquard.layer.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The section {@code training} of a network file, read and written. */
final class TrainingJson {
  private static final TrainingDefaults STANDARD = TrainingDefaults.standard();

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
    String type = fields.choice("type", List.of("Adam", "AdamW", "SGD"), Function.identity());
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
    FieldWriter to = new FieldWriter();
    if (optimizer instanceof Optimizer.Adam adam) {
      Optimizer.Adam d = Optimizer.Adam.defaults();
      to.put("type", "Adam")
          .put("learning_rate", adam.learningRate())
          .put("beta_1", adam.beta1(), d.beta1())
          .put("beta_2", adam.beta2(), d.beta2())
          .put("epsilon", adam.epsilon(), d.epsilon());
    } else if (optimizer instanceof Optimizer.AdamW adamW) {
      Optimizer.AdamW d = Optimizer.AdamW.defaults();
      to.put("type", "AdamW")
          .put("learning_rate", adamW.learningRate())
          .put("beta_1", adamW.beta1(), d.beta1())
          .put("beta_2", adamW.beta2(), d.beta2())
          .put("epsilon", adamW.epsilon(), d.epsilon())
          .put("weight_decay", adamW.weightDecay(), d.weightDecay());
    } else {
      Optimizer.Sgd sgd = (Optimizer.Sgd) optimizer;
      Optimizer.Sgd d = Optimizer.Sgd.defaults();
      to.put("type", "SGD")
          .put("learning_rate", sgd.learningRate())
          .put("momentum", sgd.momentum(), d.momentum())
          .put("nesterov", sgd.nesterov(), d.nesterov());
    }
    return to.values();
  }
}
