package dev.jacquard.opencl.plan;

import dev.jacquard.error.JacquardException;
import dev.jacquard.graph.Node;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The gradients of the trainable parameters, in one buffer. A gradient is the sum of its parts, as
 * many as the kernel that computes it makes, each as large as the parameter, one after the other;
 * the update adds them. A parameter whose gradient is always 0 has no parts.
 */
final class Gradients {
  private static final Place NONE = new Place(0, 0, 0);

  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Memory memory;
  private final long buffer;
  private final int floats;

  /**
   * Where a parameter's gradient lies.
   *
   * @param at the first float of its first part
   * @param parts how many parts it has, at least 0
   * @param stride floats from one part to the next
   */
  record Place(int at, int parts, int stride) {}

  /**
   * Makes room.
   *
   * @param parts by a parameter's name, how many parts its gradient has; 0 for those without
   * @param alignment floats that each gradient begins at a multiple of
   */
  Gradients(Parameters parameters, Map<String, Integer> parts, Memory memory, int alignment) {
    this.memory = memory;
    long end = 0;
    for (String name : parameters.trainables()) {
      int count = parts.getOrDefault(name, 0);
      int stride = parameters.place(name).floats();
      if (count > 0) {
        long next = end + roundedUp((long) count * stride, alignment);
        if (next > Integer.MAX_VALUE) {
          throw new JacquardException(
              "the gradients up to "
                  + name
                  + " are more than the OpenCL backend counts; use a smaller batch or layer");
        }
        places.put(name, new Place((int) end, count, stride));
        end = next;
      }
    }
    this.floats = (int) end;
    this.buffer = memory.buffer(4 * end, "the gradients");
  }

  private static long roundedUp(long floats, int alignment) {
    return (floats + alignment - 1) / alignment * alignment;
  }

  /** The buffer of all. */
  long buffer() {
    return buffer;
  }

  /** Floats of all, parts and gaps included. */
  int floats() {
    return floats;
  }

  /** Where the gradient of a parameter of this name lies. */
  Place place(String parameter) {
    return places.getOrDefault(parameter, NONE);
  }

  /** All parts of the gradient of a node's parameter that has this role: {@code kernel}. */
  long of(Node node, String role) {
    Place place = place(node.name() + "/" + role);
    return memory.part(buffer, place.at(), (long) place.parts() * place.stride());
  }

  /** The same, or any buffer where there is no node, or none with such a parameter. */
  long ofOr(Node node, String role, long otherwise) {
    boolean has = node != null && places.containsKey(node.name() + "/" + role);
    return has ? of(node, role) : otherwise;
  }
}
