package dev.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.opencl.binding.ClApi;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.program.DriverIdentity;
import dev.jacquard.opencl.program.ProgramCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgramCacheOnDeviceTest {
  private static final String SOURCE =
      "kernel void plus(global int* x) { x[get_global_id(0)] += PLUS; }\n";

  @TempDir Path folder;

  private final CallLog log = new CallLog();
  private FoundDevice found;
  private ClApi cl;

  @ParameterizedTest
  @ValueSource(strings = {"lwjgl", "jocl"})
  void computesTheSameWithACompiledProgram(String binding) throws IOException {
    found = FoundDevice.first(binding);
    cl = log.over(found.cl());
    assertEquals(5, runWith(ProgramCache.in(folder)));
    assertEquals(1, log.count("buildProgram"));
    assertEquals(5, runWith(ProgramCache.in(folder)));
    assertEquals(1, log.count("buildProgram"));
    assertEquals(1, log.count("buildProgramFromBinary"));

    damage();
    assertEquals(5, runWith(ProgramCache.in(folder)));
    assertEquals(2, log.count("buildProgram"));
    assertEquals(5, runWith(ProgramCache.none()));
    assertEquals(3, log.count("buildProgram"));
    assertEquals(1, log.count("buildProgramFromBinary"));
  }

  private int runWith(ProgramCache cache) {
    DriverIdentity driver = DriverIdentity.of(cl, found.platform(), found.device());
    long context = cl.createContext(found.platform(), found.device());
    long queue = cl.createQueue(context, found.device());
    long program = cache.program(cl, context, found.device(), driver, SOURCE, "-DPLUS=2");
    long kernel = cl.createKernel(program, "plus");
    long buffer = cl.createBuffer(context, 4);
    cl.fill(queue, buffer, 0, 4, 3);
    cl.setBuffer(kernel, 0, buffer);
    cl.launch(queue, kernel, WorkSize.of(1, 1));
    ByteBuffer result = Workbench.bytes(4);
    cl.read(queue, buffer, 0, result);
    cl.releaseBuffer(buffer);
    cl.releaseKernel(kernel);
    cl.releaseProgram(program);
    cl.releaseQueue(queue);
    cl.releaseContext(context);
    return result.getInt(0);
  }

  private void damage() throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.toList();
    }
    assertEquals(1, files.size());
    byte[] content = Files.readAllBytes(files.get(0));
    content[content.length / 2] ^= 1;
    Files.write(files.get(0), content);
  }
}
