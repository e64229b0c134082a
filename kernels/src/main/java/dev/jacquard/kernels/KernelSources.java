package dev.jacquard.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds kernel sources by the name of their family. A family is one file of OpenCL C 1.2 whose head
 * gives its formula, layouts, parameters and work-group shape; it compiles alone, with defaults for
 * every parameter, and {@code -D} literals specialise it.
 */
public final class KernelSources {
  private static final List<String> FAMILIES =
      List.of(
          "activation",
          "avg_pool",
          "batch_norm",
          "batch_norm_backward",
          "chain",
          "chain_backward",
          "chain_draws",
          "chain_forward",
          "channel_sums",
          "classifier",
          "classifier_inference",
          "classifier_layer",
          "conv2d_backward",
          "conv2d_backward_rows",
          "conv2d_few",
          "conv2d_few_chain",
          "conv2d_few_chain_backward",
          "conv2d_few_moments",
          "conv2d_few_patch",
          "conv2d_few_window",
          "conv2d_forward",
          "conv2d_forward_rows",
          "conv2d_shape",
          "conv2d_strip",
          "conv2d_strip_filter",
          "cross_entropy",
          "dense_forward",
          "dropout",
          "elementwise",
          "fold",
          "gather",
          "gemm_tile",
          "local_copy",
          "local_probe",
          "max_pool",
          "mma_tile",
          "moments",
          "optimizer",
          "philox",
          "pool_window",
          "probe",
          "rows",
          "softmax_cross_entropy",
          "strip_chain",
          "tile_results");
  private static final Pattern INCLUDE = Pattern.compile("#include \"(\\w+)\\.cl\"");

  private KernelSources() {}

  /** The names of all families, in alphabetical order. */
  public static List<String> families() {
    return FAMILIES;
  }

  /**
   * The source of a family. A line {@code #include "other.cl"} is replaced by that family's text,
   * the first time that it comes: OpenCL programs are built from text and have no include path.
   * {@code #line} directives keep a compiler's messages at the file and line where the text stands.
   *
   * @throws IllegalArgumentException if there is no such family; the message lists those there are
   * @throws IllegalStateException if the file is missing in the jar
   */
  public static String of(String family) {
    StringBuilder program = new StringBuilder();
    append(program, family, new LinkedHashSet<>());
    return program.toString();
  }

  private static void append(StringBuilder program, String family, Set<String> included) {
    if (!included.add(family)) {
      return;
    }
    program.append(position(1, family));
    int number = 0;
    for (String line : text(family).lines().toList()) {
      number++;
      Matcher include = INCLUDE.matcher(line);
      if (include.matches()) {
        append(program, include.group(1), included);
        program.append(position(number + 1, family));
      } else {
        program.append(line).append('\n');
      }
    }
  }

  private static String position(int line, String family) {
    return "#line " + line + " \"" + family + ".cl\"\n";
  }

  private static String text(String family) {
    if (!FAMILIES.contains(family)) {
      throw new IllegalArgumentException(
          "no kernel family is named " + family + "; there are " + String.join(", ", FAMILIES));
    }
    try (InputStream file = KernelSources.class.getResourceAsStream(family + ".cl")) {
      if (file == null) {
        throw new IllegalStateException(
            family + ".cl is missing in the jar of the kernels; build or install it again");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(family + ".cl cannot be read", e);
    }
  }
}
