package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.backend.Precision;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.GraphBuilder;
import dev.jacquard.graph.Op;
import dev.jacquard.graph.Optimizer;
import dev.jacquard.graph.Window;
import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.plan.Context;
import dev.jacquard.opencl.plan.Limits;
import dev.jacquard.opencl.tuning.Chooser;
import dev.jacquard.opencl.tuning.TuningStore;
import dev.jacquard.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plans as they are cut for graphics processors that are not here: Clang, on which their drivers'
 * compilers are built, takes all of their programs.
 */
final class GpuCompilersTest {
  @TempDir Path folder;

  /** The reference network's convolutions, one that strips do not do, and two dense layers. */
  private static Graph graph() {
    GraphBuilder builder = GraphBuilder.overBytes(Shape.of(28, 28, 1));
    int value = block(builder, 1, 0, 32);
    value = block(builder, 2, value, 64);
    value = block(builder, 3, value, 128);
    Window strided = Window.over(builder.shape(value), 3, 3, 2, 2, false);
    value = builder.add("strided", new Op.Conv2d(12, strided, true), value);
    value = builder.add("flatten", new Op.Flatten(), value);
    value = builder.add("dense", new Op.Dense(128, true), value);
    value = builder.add("norm", new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    builder.add("logits", new Op.Dense(10, true), value);
    return builder.build("head", 0);
  }

  private static int block(GraphBuilder builder, int number, int of, int filters) {
    Window window = Window.over(builder.shape(of), 3, 3, 1, 1, true);
    int value = builder.add("conv" + number, new Op.Conv2d(filters, window, true), of);
    value = builder.add("norm" + number, new Op.BatchNorm(0.99f, 1e-3f, true, true), value);
    Op.Activation leaky = new Op.Activation(Op.Activation.Function.LEAKY_RELU, 0.1f);
    value = builder.add("leaky" + number, leaky, value);
    value = builder.add("drop" + number, new Op.Dropout(0.25), value);
    Window halves = Window.over(builder.shape(value), 2, 2, 2, 2, true);
    return builder.add("pool" + number, new Op.MaxPool(halves), value);
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3, cl_nv_compiler_options, 132, 1024, 48, FP32, nvptx64",
    "NVIDIA H100 80GB HBM3, cl_nv_compiler_options, 132, 1024, 48, TF32, nvptx64",
    "gfx1030, none, 40, 256, 64, FP32, amdgcn-amd-amdhsa",
    "small, none, 2, 64, 16, FP32, spir64",
  })
  void takeAllPrograms(
      String name,
      String extensions,
      int units,
      int group,
      int localKilobytes,
      Precision precision,
      String target)
      throws IOException, InterruptedException {
    Optional<Path> clang = clang();
    boolean all = "all".equals(System.getProperty("jacquard.require"));
    assertTrue(!all || clang.isPresent(), "there is no clang: apt-get install clang");
    assumeTrue(clang.isPresent(), "there is no clang");
    FakeGpu gpu = new FakeGpu(name, extensions, units, group, localKilobytes << 10);
    plan(gpu.cl(), name, precision);
    List<FakeGpu.Program> programs = gpu.programs();
    List<String> problems = new ArrayList<>();
    for (FakeGpu.Program program : programs) {
      compile(clang.orElseThrow(), target, program).ifPresent(problems::add);
    }
    assertEquals(List.of(), problems);
    assertTrue(
        programs.stream()
            .noneMatch(program -> program.source().contains("void conv2d_forward_rows(")),
        "cut for a processor");
    assertEquals(
        name.startsWith("NVIDIA"),
        programs.stream().anyMatch(program -> program.options().contains("-DASYNC=1")));
    assertEquals(
        precision == Precision.TF32,
        programs.stream().anyMatch(program -> program.options().contains("-DEMULATED=0")));
  }

  /** Makes the programs of a training and of inference. */
  private static void plan(ClApi cl, String name, Precision precision) {
    TuningStore tunings = new TuningStore(Optional.empty(), name, "driver", "vendor");
    try (Context context =
            new Context(
                cl,
                0,
                0,
                "opencl:0:0",
                name,
                Limits.of(cl, 0, "auto"),
                Chooser.of(tunings.known()),
                cl::buildProgram);
        Session session =
            new OpenClSession(
                graph(),
                new SessionConfig(1, precision, true),
                context.with(precision),
                closed -> {})) {
      session.trainer(64, new Optimizer.Adam(1e-3, 0.9, 0.999, 1e-7)).close();
      session.predictor(100).close();
    }
  }

  private static Optional<Path> clang() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "clang"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What the compiler says against a program. */
  private Optional<String> compile(Path clang, String target, FakeGpu.Program program)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("program.cl"), program.source());
    List<String> command = new ArrayList<>();
    command.addAll(List.of(clang.toString(), "-x", "cl", "-target", target, "-nogpulib"));
    command.addAll(List.of("-Xclang", "-finclude-default-header", "-fsyntax-only", "-Werror"));
    // OpenCL C has no "asm", which NVIDIA's compiler takes.
    command.add("-fgnu-keywords");
    Arrays.stream(program.options().split(" "))
        .filter(option -> !option.startsWith("-cl-nv-"))
        .forEach(command::add);
    command.add(file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? Optional.empty() : Optional.of(said);
  }
}
