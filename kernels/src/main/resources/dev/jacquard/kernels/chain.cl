// A chain of layers that runs in one pass: its parameters, its vectors of neighbouring channels, and
// what it makes of a window's positions; for the chain's kernels to include. It has no kernel of its
// own.
//
// The chain is batch norm, ReLU or LeakyReLU, dropout and 2x2 max-pooling with stride 2, in this
// order and each of them optional.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 1 to 256
#endif
#ifndef LANES
#define LANES 4 // items that share a vector's sums: powers of two, 1 to GROUP
#endif
#ifndef WIDTH
#define WIDTH 4 // channels of a vector: 1, 2, 4, 8 or 16; divides CHANNELS
#endif
#ifndef ALIGNED
#define ALIGNED 0 // 1: every buffer lies on 4 * WIDTH bytes
#endif
#ifndef SLICE
#define SLICE CHANNELS // channels of a group: a multiple of WIDTH, at most GROUP * WIDTH or all
#endif

// The shape. The defaults are the second block of fmnist-reference at batch 64.
#ifndef CHANNELS
#define BATCH 64
#define CHANNELS 64
#define IN_H 14
#define IN_W 14
#define OUT_H 7 // with POOL, IN_H / 2 rounded up; without, IN_H
#define OUT_W 7
#endif

// The layers.
#ifndef NORM
#define NORM 1
#endif
#ifndef POOL
#define POOL 1
#endif
#ifndef DROP
#define DROP 1
#endif
#ifndef DROP_SCALE
#define DROP_SCALE (1.0f / 0.75f) // of what dropout keeps; without DROP it does not count
#endif
#ifndef SLOPE
#define SLOPE 0.1f // of negative numbers, 0 or more: 0 is ReLU, 1 no activation
#endif
#ifndef CODES
#define CODES 1 // whether there are codes; without them, neither pooling nor dropout in backward
#endif
#ifndef SCALE
#define SCALE 1 // whether there is a gamma
#endif
#ifndef CENTER
#define CENTER 1 // whether there is a beta
#endif

#if GROUP & (GROUP - 1) || LANES & (LANES - 1) || LANES > GROUP
#error "chain: GROUP and LANES must be powers of two, LANES at most GROUP"
#endif
#if CHANNELS % WIDTH
#error "chain: WIDTH must divide CHANNELS"
#endif
#if SLICE % WIDTH
#error "chain: WIDTH must divide SLICE"
#endif

// The bits of a code: in which of the window's positions, row-major, the chosen element lies;
// whether dropout kept it; and whether it is greater than 0 behind the norm.
#define POSITION 3
#define KEPT 4
#define POSITIVE 8

#define SCALED (DROP ? DROP_SCALE : 1.0f)
#define STRIDE (POOL ? 2 : 1)
#define CHUNKS (CHANNELS / WIDTH)
#define MERGED (GROUP / LANES)
// Lanes are merged in a tree, the upper half by way of local memory, in which each has a place of
// its own: so a level needs one barrier.
#define SHARED (LANES > 1 ? GROUP : 1)

// A group has a slice of the channels, the last perhaps a part of one, and takes the windows of
// out in turn with the others that have it: a team. Of what it holds at once, ACROSS items are side
// by side along the channels, and ALONG along the windows; a few items may be left over.
#define SLICES ((CHANNELS + SLICE - 1) / SLICE)
#define SLICE_CHUNKS (SLICE / WIDTH)
#define ACROSS (GROUP > 1 ? SLICE_CHUNKS : 1)
#define ALONG (GROUP / ACROSS)
// Windows that a group takes at once: an item by itself takes a row, which lies together.
#define UNIT (GROUP > 1 ? ALONG : OUT_W)
#if GROUP > 1
#define SYNC barrier(CLK_LOCAL_MEM_FENCE)
#else
#define SYNC
#endif

#if WIDTH == 1
typedef float floats;
typedef int ints;
typedef uint uints;
typedef uchar uchars;
#define TO_CODES convert_uchar
#define FROM_CODES convert_uint
#define LOAD(from) (*(from))
#define LOAD_CODES(from) (*(from))
#define STORE(value, to) (*(to) = (value))
#define STORE_CODES(value, to) (*(to) = (value))
#else
#define JOIN(name, number) name##number
#define OF_WIDTH(name, number) JOIN(name, number)
typedef OF_WIDTH(float, WIDTH) floats;
typedef OF_WIDTH(int, WIDTH) ints;
typedef OF_WIDTH(uint, WIDTH) uints;
typedef OF_WIDTH(uchar, WIDTH) uchars;
#define TO_CODES OF_WIDTH(convert_uchar, WIDTH)
#define FROM_CODES OF_WIDTH(convert_uint, WIDTH)
#if ALIGNED
#define LOAD(from) (*(global const floats *)(from))
#define LOAD_CODES(from) (*(global const uchars *)(from))
#define STORE(value, to) (*(global floats *)(to) = (value))
#define STORE_CODES(value, to) (*(global uchars *)(to) = (value))
#else
#define LOAD(from) OF_WIDTH(vload, WIDTH)(0, from)
#define LOAD_CODES(from) OF_WIDTH(vload, WIDTH)(0, from)
#define STORE(value, to) OF_WIDTH(vstore, WIDTH)(value, 0, to)
#define STORE_CODES(value, to) OF_WIDTH(vstore, WIDTH)(value, 0, to)
#endif
#endif

// Reads WIDTH neighbouring pairs: all their first numbers, and all their second.
static inline void load_pairs(global const float2 *from, floats *first, floats *second) {
#if WIDTH == 1
  *first = from->x;
  *second = from->y;
#else
  global const float *words = (global const float *)from;
  const floats low = LOAD(words);
  const floats high = LOAD(words + WIDTH);
  *first = (floats)(low.even, high.even);
  *second = (floats)(low.odd, high.odd);
#endif
}

// Writes WIDTH neighbouring pairs.
static inline void store_pairs(floats first, floats second, global float2 *to) {
#if WIDTH == 1
  *to = (float2)(first, second);
#else
  global float *words = (global float *)to;
  floats low, high;
  low.even = first.lo;
  low.odd = second.lo;
  high.even = first.hi;
  high.odd = second.hi;
  STORE(low, words);
  STORE(high, words + WIDTH);
#endif
}

// The elements of its sample at which a window's four positions begin, row-major. Beyond an odd
// edge it sees the pixel before it again; without pooling all are the same.
static inline int4 window_elements(uint window) {
  const int top = window / OUT_W % OUT_H * STRIDE;
  const int left = window % OUT_W * STRIDE;
  const int bottom = POOL ? min(top + 1, IN_H - 1) : top;
  const int right = POOL ? min(left + 1, IN_W - 1) : left;
  return ((int4)(top, top, bottom, bottom) * IN_W + (int4)(left, right, left, right)) * CHANNELS;
}

// The sample in which a window lies.
static inline int window_sample(uint window) {
  return window / (OUT_H * OUT_W);
}

// Lets one of the window's positions compete: z wins if it is greater, or the first NaN.
static inline void offer(uint position, floats y, floats z, ints kept, floats *best,
                         floats *picked, uints *code) {
  const floats value = DROP ? (kept ? z : (floats)(0.0f)) : z;
  const uints mine = kept ? (uints)(position | KEPT) : (uints)(position);
  const ints beats = position == 0 ? (ints)(-1) : (ints)(!(value <= *best) & (*best == *best));
  *best = beats ? value : *best;
  *picked = beats ? y : *picked;
  *code = beats ? mine : *code;
}

static inline floats activated(floats z) {
  if (SLOPE == 0.0f) {
    return z <= 0.0f ? (floats)(0.0f) : z;
  }
  return SLOPE == 1.0f ? z : z > 0.0f ? z : SLOPE * z;
}

// The gradient of the chosen elements.
static inline floats gradient(floats dout, uints code) {
  if (!CODES) {
    return dout;
  }
  const floats factor =
      (code & (uints)(POSITIVE)) != 0u ? (floats)(SCALED) : (floats)(SCALED * SLOPE);
  const floats kept = dout * factor;
  return DROP ? ((code & (uints)(KEPT)) != 0u ? kept : (floats)(0.0f)) : kept;
}
