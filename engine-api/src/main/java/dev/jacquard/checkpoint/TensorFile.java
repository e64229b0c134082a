package dev.jacquard.checkpoint;

import dev.jacquard.error.Excerpt;
import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file holds. Immutable; both maps keep the order in which they were filled,
 * which is the order in the file.
 *
 * @param tensors by name, as in {@code conv2d/kernel}
 * @param metadata free text by key
 */
public record TensorFile(Map<String, Tensor> tensors, Map<String, String> metadata) {

  /** Copies both maps. */
  public TensorFile {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Checks that the tensors are those expected: the same names in any order, the same shapes.
   *
   * @param where the file, for the message
   * @param expected the shape of each tensor by its name
   * @throws JacquardException if a tensor is missing, has another shape or is surplus; the line
   *     names the first and counts the others
   */
  public void requireExactly(String where, Map<String, Shape> expected) {
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          Tensor tensor = tensors.get(name);
          if (tensor == null) {
            differences.add("tensor " + name + " of shape " + shape + " is missing");
          } else if (!tensor.shape().equals(shape)) {
            differences.add(
                "tensor " + name + ": expected shape " + shape + ", received " + tensor.shape());
          }
        });
    for (String name : tensors.keySet()) {
      if (!expected.containsKey(name)) {
        differences.add("tensor " + Excerpt.of(name) + " is surplus");
      }
    }
    if (differences.isEmpty()) {
      return;
    }
    int others = differences.size() - 1;
    throw new JacquardException(
        where
            + " does not fit the network: "
            + differences.get(0)
            + (others == 0 ? "" : " (and " + others + (others == 1 ? " other)" : " others)"))
            + "; use the network that the file was made with");
  }
}
