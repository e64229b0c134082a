package dev.jacquard.opencl.binding;

/** What can be asked of a platform or a device. */
public enum ClQuery {
  /** A platform's version, and of what it is built: {@code OpenCL 3.0 PoCL 3.1, LLVM 14.0.6}. */
  PLATFORM_VERSION(0x0901),
  /** A platform's name. */
  PLATFORM_NAME(0x0902),
  /** A device's type: a set of the bits {@link #TYPE_CPU} ... */
  DEVICE_TYPE(0x1000),
  /** Units that run work-groups. */
  COMPUTE_UNITS(0x1002),
  /** The most items that a work-group may have. */
  GROUP_SIZE(0x1004),
  /** The most bytes that one buffer may have. */
  BUFFER_SIZE(0x1010),
  /** In bits: where a part of a buffer may begin is a multiple of it. */
  BASE_ALIGNMENT_BITS(0x1019),
  /** What its floats can do: a set of the bits {@link #FLOATS_HAVE_NAN} ... */
  FLOATS(0x101B),
  /** Global memory in bytes. */
  GLOBAL_MEMORY(0x101F),
  /** Local memory of a work-group in bytes. */
  LOCAL_MEMORY(0x1023),
  /** Nanoseconds of a step of the clock that events are timed by. */
  TIMER_STEP(0x1025),
  /** 1 if its numbers begin with the lowest byte. */
  LITTLE_ENDIAN(0x1026),
  /** 1 if it can be used. */
  AVAILABLE(0x1027),
  /** 1 if its driver compiles. */
  COMPILER(0x1028),
  /** A device's name. */
  DEVICE_NAME(0x102B),
  /** The version of a device's driver. */
  DRIVER_VERSION(0x102D),
  /** The version of OpenCL that a device speaks: {@code OpenCL 3.0 CUDA}. */
  DEVICE_VERSION(0x102F),
  /** Extensions that a device has, separated by spaces. */
  EXTENSIONS(0x1030),
  /** 1 if it shares the host's memory, as what is built into a processor does. */
  SHARES_MEMORY(0x1035),
  /** Floats of a device's own vectors. */
  VECTOR_FLOATS(0x103A);

  /** Bit of {@link #DEVICE_TYPE}: a processor. */
  public static final long TYPE_CPU = 2;

  /** Bit of {@link #DEVICE_TYPE}: a graphics processor. */
  public static final long TYPE_GPU = 4;

  /** Bit of {@link #FLOATS}: infinities and NaN. */
  public static final long FLOATS_HAVE_NAN = 2;

  /** Bit of {@link #FLOATS}: results are rounded to the nearest. */
  public static final long FLOATS_ROUND_TO_NEAREST = 4;

  /** Bit of {@link #FLOATS}: division and square root can be told to round as IEEE 754 says. */
  public static final long FLOATS_CAN_DIVIDE = 0x80;

  private final int code;

  ClQuery(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
