// Matrix products for processors that a driver makes into OpenCL devices: for other files to
// include; it has no kernel of its own.
//
// Such a driver compiles a group of one item as a plain function. An item packs the rows of an
// image that it needs into local memory, with zeros where the window looks outside, so that neither
// a border nor the last pixels of a row are a special case. Then a tile of ROWS pixels by COLUMNS
// vectors of WIDTH filters is summed in registers, over runs that are contiguous in the packed
// image and in the weights.
//
// A dense layer is a 1x1 convolution of a 1x1 image; SPAN of its samples are seen as an image one
// pixel high and SPAN pixels wide, so that a tile has rows.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef WIDTH
#define WIDTH 16 // floats of a vector: 1, 2, 4, 8, 16; divides the channels that lie along vectors
#endif

#if WIDTH == 1
typedef float floats;
#define LOAD(from) (*(from))
#define STORE(value, to) (*(to) = (value))
#else
#define JOIN_TEXT(a, b) a##b
#define JOIN(a, b) JOIN_TEXT(a, b)
typedef JOIN(float, WIDTH) floats;
#define LOAD(from) JOIN(vload, WIDTH)(0, from)
#define STORE(value, to) JOIN(vstore, WIDTH)(value, 0, to)
#endif

// Where packed pixels come from: float activations, or stored elements.
#ifndef STORED
#define STORED float // float, uchar
#define NUMBER(stored) (stored)
#else
#define NUMBER(stored) fma((float)(stored), SCALE, OFFSET)
#endif

// The extents of functions are literals: once inlined, loops over them are unrolled and arrays
// become registers. PoCL 3.1 computes nonsense where two calls that are not inlined are given the
// same local array, so that is not left to the compiler.
#define INLINE static inline __attribute__((always_inline))

// Makes count floats from from, which is not read if outside.
INLINE void pack_run(local float *to, global const STORED *from, const int count,
                     const int inside) {
  if (inside) {
    for (int e = 0; e < count; e++) {
      to[e] = NUMBER(from[e]);
    }
  } else {
    for (int e = 0; e < count; e++) {
      to[e] = 0.0f;
    }
  }
}

// Copies the rows top to top + rows - 1 of an image of height x width pixels, and of each the
// columns left to left + columns - 1. What lies outside the image becomes 0.
INLINE void pack(local float *to, global const STORED *image, const int top, const int rows,
                 const int left, const int columns, const int height, const int width,
                 const int channels) {
  const int before = clamp(-left, 0, columns);
  const int inside = clamp(width - left, before, columns) - before;
  for (int r = 0; r < rows; r++) {
    const int row = top + r;
    const int exists = row >= 0 && row < height;
    global const STORED *from = image + (exists ? (row * width + left + before) * channels : 0);
    local float *line = to + r * columns * channels;
    pack_run(line, from, before * channels, 0);
    pack_run(line + before * channels, from, inside * channels, exists);
    const int end = before + inside;
    pack_run(line + end * channels, from, (columns - end) * channels, 0);
  }
}
