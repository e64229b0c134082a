package dev.jacquard.layer;

import dev.jacquard.graph.Op;
import dev.jacquard.tensor.Shape;
import java.util.List;

/**
 * Dropout (Srivastava and others 2014): in training, sets each element to 0 with probability {@code
 * rate} and multiplies the others by {@code 1 / (1 - rate)}, so that the mean stays; in inference,
 * does nothing.
 *
 * <p>Input of any shape; output of the same.
 *
 * <pre>{@code
 * {"type": "Dropout", "rate": 0.25}    [28, 28, 32] -> [28, 28, 32]
 * }</pre>
 *
 * @param rate the share of elements that are dropped, at least 0 and at most 0.999
 */
public record Dropout(double rate) implements Layer {
  static final String TYPE = "Dropout";

  /**
   * Checks the rate.
   *
   * @throws dev.jacquard.error.JacquardException if it is not in [0, 0.999]
   */
  public Dropout {
    Op.Dropout.RATES.require("rate", rate);
  }

  static Dropout parse(Fields fields) {
    return new Dropout(fields.number("rate", Op.Dropout.RATES));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return InputShapes.only(inputs);
  }

  @Override
  public int lower(Lowering to) {
    return to.add(new Op.Dropout(rate));
  }

  @Override
  public void write(FieldWriter to) {
    to.put("rate", rate);
  }
}
