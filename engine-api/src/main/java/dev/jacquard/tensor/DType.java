package dev.jacquard.tensor;

/** How one stored element is encoded. */
public enum DType {
  /** An unsigned byte, 0 to 255. */
  U8(1),
  /** An IEEE 754 binary32, little-endian in files. */
  F32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
