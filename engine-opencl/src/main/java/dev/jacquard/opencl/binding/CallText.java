package dev.jacquard.opencl.binding;

/** What an error says of a call that failed: the same words whichever library made it. */
final class CallText {
  static final String UNNAMED_KERNEL = "a kernel that cannot be asked";

  private CallText() {}

  /** An argument that could not be set. */
  static String argument(int index, String kernel) {
    return "clSetKernelArg of argument " + index + " of " + kernel;
  }

  /** An argument that could not be set to a buffer of {@code bytes}. */
  static String argument(int index, String kernel, long bytes) {
    return argument(index, kernel) + ": " + buffer(bytes);
  }

  /** A kernel that could not be queued. */
  static String launch(String kernel, WorkSize size) {
    return "clEnqueueNDRangeKernel of "
        + kernel
        + ", "
        + by(size.groupsX(), size.groupsY())
        + " groups of "
        + by(size.itemsX(), size.itemsY())
        + " items";
  }

  private static String by(long x, long y) {
    return x + " x " + y;
  }

  /** A call about {@code bytes} at {@code offset} of a buffer of {@code size} bytes. */
  static String range(String call, long bytes, long offset, long size) {
    return call + " of " + bytes + " bytes at " + offset + " of " + buffer(size);
  }

  private static String buffer(long size) {
    return size < 0 ? "a buffer that cannot be asked" : "a buffer of " + size + " bytes";
  }

  /** A build; empty options are not worth a word. */
  static String build(String what, String options) {
    return options.isBlank() ? what : what + " with " + options.strip();
  }
}
