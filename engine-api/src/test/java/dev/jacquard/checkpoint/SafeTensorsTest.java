package dev.jacquard.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import dev.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class SafeTensorsTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("model.safetensors");
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z", Tensor.of(Shape.of(2, 1), 1f, -2.5f));
    tensors.put("a", Tensor.of(Shape.of(), 3f));
    SafeTensors.write(file, new TensorFile(tensors, Map.of("network", "{\"é\"}")));

    String json =
        "{\"__metadata__\":{\"network\":\"{\\\"é\\\"}\"},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    int padded = (header.length + 7) / 8 * 8;
    ByteBuffer expected =
        ByteBuffer.allocate(8 + padded + 12).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    expected.put(header);
    while (expected.position() < 8 + padded) {
      expected.put((byte) ' ');
    }
    expected.putFloat(1f).putFloat(-2.5f).putFloat(3f);
    assertArrayEquals(expected.array(), Files.readAllBytes(file));
  }

  @Test
  void readsBackEveryBitInTheSameOrder() {
    float[] large = new float[50_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = Float.intBitsToFloat(i * 0x9E3779B1);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("dense/kernel", Tensor.of(Shape.of(200, 250), large));
    tensors.put("conv2d/bias", Tensor.of(Shape.of(3), Float.NaN, -0f, Float.NEGATIVE_INFINITY));
    TensorFile contents = new TensorFile(tensors, Map.of("step", "12"));

    SafeTensors.write(file, contents);
    TensorFile read = SafeTensors.read(file);

    assertEquals(contents, read);
    assertEquals(List.of("dense/kernel", "conv2d/bias"), List.copyOf(read.tensors().keySet()));
  }

  @Test
  void sameContentsGiveSameBytes() throws IOException {
    TensorFile contents =
        new TensorFile(Map.of("a", Tensor.zeros(Shape.of(5))), Map.of("network", "{}"));
    Path other = folder.resolve("other.safetensors");

    SafeTensors.write(file, contents);
    SafeTensors.write(other, contents);

    assertEquals(-1, Files.mismatch(file, other));
  }

  @Test
  void anEmptyFileOfTensorsIsValid() {
    TensorFile empty = new TensorFile(Map.of(), Map.of());
    SafeTensors.write(file, empty);
    assertEquals(empty, SafeTensors.read(file));
  }

  /** Other programs may order the data differently from the header. */
  @Test
  void readsDataInAnotherOrderThanTheHeader() throws IOException {
    put(
        "{\"b\":{\"data_offsets\":[4,8],\"shape\":[1],\"dtype\":\"F32\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ",
        new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40});

    Map<String, Tensor> tensors = SafeTensors.read(file).tensors();

    assertEquals(List.of("b", "a"), new ArrayList<>(tensors.keySet()));
    assertEquals(2f, tensors.get("b").values()[0]);
    assertEquals(1f, tensors.get("a").values()[0]);
  }

  @Test
  void refusesATensorNamedLikeTheMetadata() {
    TensorFile contents =
        new TensorFile(Map.of("__metadata__", Tensor.zeros(Shape.of(1))), Map.of());
    assertMessage(
        "no tensor can be named __metadata__; give it another name",
        () -> SafeTensors.write(file, contents));
    assertFalse(Files.exists(file));
  }

  @Test
  void refusesTextThatNoReaderAccepts() {
    String message =
        "safetensors: expected names and metadata of Unicode text, received half of a surrogate"
            + " pair in one; correct it";
    Map<String, Tensor> tensors = Map.of("\ud800", Tensor.zeros(Shape.of(1)));
    assertMessage(message, () -> SafeTensors.write(file, new TensorFile(tensors, Map.of())));
    assertMessage(
        message,
        () -> SafeTensors.write(file, new TensorFile(Map.of(), Map.of("network", "\udc00"))));
    assertFalse(Files.exists(file));
  }

  @Test
  void refusesAMissingFileAndAFolder() {
    assertMessage(
        "cannot read " + file + ": no such file; check the path", () -> SafeTensors.read(file));
    assertMessage(
        "cannot read " + folder + ": it is not a file; give a file",
        () -> SafeTensors.read(folder));
  }

  @Test
  void saysThatAnInterruptEndedTheReading() {
    SafeTensors.write(file, new TensorFile(Map.of(), Map.of()));
    Thread.currentThread().interrupt();
    assertMessage(
        "cannot read " + file + ": the thread was interrupted; read it again",
        () -> SafeTensors.read(file));
    assertTrue(Thread.interrupted());
  }

  @Test
  void refusesAFileWithoutALength() throws IOException {
    Files.write(file, new byte[] {1, 2, 3});
    assertRefused(
        "expected at least 8 bytes, received 3; the file is truncated or not safetensors");
  }

  @Test
  void refusesAHeaderBeyondTheLimit() throws IOException {
    putLength(100_000_001);
    assertRefused(
        "expected a header of at most 100000000 bytes, received 100000001;"
            + " the file is not safetensors");
    putLength(-1);
    assertRefused(
        "expected a header of at most 100000000 bytes, received 18446744073709551615;"
            + " the file is not safetensors");
  }

  @Test
  void refusesAHeaderBeyondTheFile() throws IOException {
    putLength(64);
    assertRefused(
        "expected a header of 64 bytes, received 0; the file is truncated or not safetensors");
  }

  @Test
  void refusesTensorsBeyondTheHeap() throws IOException {
    long bytes = Long.highestOneBit(Runtime.getRuntime().maxMemory()) * 2;
    long elements = bytes / 8 / 4;
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 8; i++) {
      header.append(i == 0 ? "" : ",").append('"').append(i).append("\":{\"dtype\":\"F32\",");
      header.append("\"shape\":[").append(elements).append("],\"data_offsets\":[");
      header.append(i * elements * 4).append(',').append((i + 1) * elements * 4).append("]}");
    }
    put(header.append('}').toString(), new byte[0]);
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.position(channel.size() + bytes - 1).write(ByteBuffer.allocate(1));
    }
    assertRefused(
        "its tensors take "
            + (bytes >> 20)
            + " MiB, but the JVM's heap may grow to "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB only; raise it with -Xmx");
  }

  private void putLength(long headerBytes) throws IOException {
    Files.write(
        file, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes).array());
  }

  private void put(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(json.length).put(json).put(data).array());
  }

  private void assertRefused(String expected) {
    assertMessage(file + ": " + expected, () -> SafeTensors.read(file));
  }

  private static void assertMessage(String expected, Executable action) {
    assertEquals(expected, assertThrows(JacquardException.class, action).getMessage());
  }
}
