// Convolution of few input channels, as a network's first layer has them: forward with the batch
// statistics of its output, and the gradient of its kernel. A matrix product would pad its few taps
// to a tile's depth, or to a tile's rows; here an item keeps all taps of its filters in registers.
//
//   y[n,i,j,f]  = bias[f] + sum over a, b, c of
//                 x[n, i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * w[a,b,c,f]
//   dw[a,b,c,f] = sum over n, i, j of that x * dy[n,i,j,f]
//
// Outside the input x is 0. The body is a GPU's; it is correct on processors, but slow.
//
// Layouts, all row-major:
//   stored    [samples, IN_H, IN_W, IN_C] of STORED; x = stored * SCALE + OFFSET
//   indices   [steps, BATCH], the number of sample n of a step in stored; read if GATHER is 1,
//             otherwise stored holds the batch itself
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate)
//   w, bias   [KERNEL_H, KERNEL_W, IN_C, FILTERS], [FILTERS]; bias is read if BIAS is 1
//   y, dy     [BATCH, OUT_H, OUT_W, FILTERS], fewer than 2^31 elements; only the samples that the
//             step has are written, or read
//   partials  [BATCH * OUT_H / STRIP, FILTERS] of (mean, sum of squared deviations from it) over
//             the pixels of a strip; strips beyond the size hold zeros. Written if STATISTICS is 1
//   parts     [PARTS, KERNEL_H, KERNEL_W, IN_C, FILTERS], which others add: part p is that of
//             strips p * PART to p * PART + PART - 1, PART = ceil(BATCH * OUT_H / STRIP / PARTS),
//             whatever the step's size; parts without strips are zeros
// w, bias, y, dy and parts begin at multiples of 16 bytes.
//
// A work-group of LANES by PANEL / VECTOR items has STRIP rows of an image's output and PANEL
// filters: its input lies in local memory, an item goes over every LANES-th pixel with VECTOR
// filters. Neighbours have the same pixel and the next filters, so that what they read of the input
// is one number, and what they write joins up.
// Groups: BATCH * OUT_H / STRIP strips, or PARTS, by ceil(FILTERS / PANEL).
// Local memory: 4 * (((STRIP - 1) * STRIDE_H + KERNEL_H) * ((OUT_W - 1) * STRIDE_W + KERNEL_W) *
// IN_C + LANES * PANEL) bytes; 5.9 KiB with the defaults.
//
// The order of every sum follows from the shapes, STRIP, LANES and PARTS alone.

// The defaults are the first convolution of fmnist-reference at batch 64.
#ifndef FILTERS
#define BATCH 64
#define IN_H 28
#define IN_W 28
#define IN_C 1
#define OUT_H 28
#define OUT_W 28
#define FILTERS 32
#define KERNEL_H 3
#define KERNEL_W 3
#define STRIDE_H 1
#define STRIDE_W 1
#define TOP 1
#define LEFT 1
#endif
#include "conv2d_shape.cl"

#ifndef BIAS
#define BIAS 1
#endif
#ifndef STATISTICS
#define STATISTICS 1
#endif
#ifndef PARTS
#define PARTS 128 // tuning: as many as fill the device, at most one a strip
#endif

// Tuning.
#ifndef STRIP
#define STRIP 14 // rows of a group: a divisor of OUT_H
#endif
#ifndef VECTOR
#define VECTOR 4 // filters of an item: 1, 2 or 4, a divisor of FILTERS and of PANEL
#endif
#ifndef PANEL
#define PANEL 32 // filters of a group
#endif
#ifndef LANES
#define LANES 32 // pixels of a group at a time; LANES * PANEL / VECTOR items, 256 at most
#endif

#if OUT_H % STRIP || FILTERS % VECTOR || PANEL % VECTOR
#error "conv2d_few: the strip or the vector does not divide the output"
#endif

#define TAPS (KERNEL_H * KERNEL_W * IN_C)

// Loops over taps have no jumps, so that an item's numbers stay in registers; with UNROLL 0 they
// have: processors' compilers take long over barriers that come many times.
#ifndef UNROLL
#define UNROLL 1
#endif
#if UNROLL
#define WHOLE 64
#else
#define WHOLE 1
#endif
#define STRIPS (OUT_H / STRIP)
#define PART ((BATCH * STRIPS + PARTS - 1) / PARTS)
#define PIXELS (STRIP * OUT_W)
#define COLUMNS (PANEL / VECTOR)
#define ITEMS (LANES * COLUMNS)
#define PATCH_H ((STRIP - 1) * STRIDE_H + KERNEL_H)
#define PATCH_W ((OUT_W - 1) * STRIDE_W + KERNEL_W)
#define PATCH (PATCH_H * PATCH_W * IN_C)

#if VECTOR == 1
#define REAL float
#else
#define REAL JOIN(float, VECTOR)
#endif
#define AT(from) (*(global const REAL *)(from))
#define PUT(value, to) (*(global REAL *)(to) = (value))
#define PUT_LOCAL(value, to) (*(local REAL *)(to) = (value))
#define ALWAYS static inline __attribute__((always_inline))

// Where the sample of a strip begins in stored.
ALWAYS ulong sample_of(int strip, int step, global const int *indices) {
  const int n = strip / STRIPS;
#if GATHER
  return (ulong)indices[step * BATCH + n] * (IN_H * IN_W * IN_C);
#else
  return (ulong)n * (IN_H * IN_W * IN_C);
#endif
}

// Brings the input of a strip into local memory, with zeros around it.
ALWAYS void bring(global const STORED *sample, int strip, local float *patch) {
  const int top = strip % STRIPS * (STRIP * STRIDE_H) - TOP;
  for (int i = get_local_id(1) * COLUMNS + get_local_id(0); i < PATCH; i += ITEMS) {
    const int row = top + i / (PATCH_W * IN_C);
    const int column = i / IN_C % PATCH_W - LEFT;
    const int inside = row >= 0 && row < IN_H && column >= 0 && column < IN_W;
    const int offset = inside ? (row * IN_W + column) * IN_C + i % IN_C : 0;
    patch[i] = inside ? NUMBER(sample + offset) : 0.0f;
  }
}

// Where the window of a strip's pixel begins in its input, and where a tap lies from there.
#define WINDOW(pixel) \
  (((pixel) / OUT_W * (STRIDE_H * PATCH_W) + (pixel) % OUT_W * STRIDE_W) * IN_C)
#define TAP(tap) ((tap) / (KERNEL_W * IN_C) * (PATCH_W * IN_C) + (tap) % (KERNEL_W * IN_C))

ALWAYS REAL output_of(local const float *window, const REAL *w, REAL bias) {
  REAL sum = 0.0f;
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    sum = fma((REAL)(window[TAP(tap)]), w[tap], sum);
  }
  return sum + bias;
}

// Adds what the lanes have, in their order; all items come here, and each gets its filters' sum.
ALWAYS REAL added(REAL own, local float *lanes) {
  const int column = get_local_id(0) * VECTOR;
  PUT_LOCAL(own, lanes + get_local_id(1) * PANEL + column);
  barrier(CLK_LOCAL_MEM_FENCE);
  REAL sum = 0.0f;
#pragma unroll WHOLE
  for (int lane = 0; lane < LANES; lane++) {
    sum += *(local const REAL *)(lanes + lane * PANEL + column);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return sum;
}

kernel __attribute__((reqd_work_group_size(COLUMNS, LANES, 1)))
void conv2d_few(global const STORED *stored, global const int *indices,
                global const int4 *steps, const int step, global const float *w,
                global const float *bias, global float *y, global float2 *partials) {
  local float patch[PATCH];
  local float lanes[LANES * PANEL] __attribute__((aligned(16)));

  const int strip = get_group_id(0);
  const int f = get_group_id(1) * PANEL + get_local_id(0) * VECTOR;
  const int mine = f < FILTERS;
  const int there = strip < steps[step].x * STRIPS;
  const int end = mine && there ? PIXELS : 0;
  if (there) {
    bring(stored + sample_of(strip, step, indices), strip, patch);
  }
  REAL taps[TAPS];
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    taps[tap] = AT(w + tap * FILTERS + (mine ? f : 0));
  }
  const REAL own_bias = BIAS ? AT(bias + (mine ? f : 0)) : (REAL)(0.0f);
  barrier(CLK_LOCAL_MEM_FENCE);

  REAL sum = 0.0f;
  for (int pixel = get_local_id(1); pixel < end; pixel += LANES) {
    const REAL out = output_of(patch + WINDOW(pixel), taps, own_bias);
    PUT(out, y + (strip * PIXELS + pixel) * FILTERS + f);
    sum += out;
  }
#if STATISTICS
  // The deviations from the mean are computed again: that is cheaper than to keep the numbers.
  const REAL mean = added(sum, lanes) / PIXELS;
  REAL squares = 0.0f;
  for (int pixel = get_local_id(1); pixel < end; pixel += LANES) {
    const REAL off = output_of(patch + WINDOW(pixel), taps, own_bias) - mean;
    squares = fma(off, off, squares);
  }
  squares = added(squares, lanes);
  if (mine && get_local_id(1) == 0) {
    float means[VECTOR] __attribute__((aligned(16)));
    float deviations[VECTOR] __attribute__((aligned(16)));
    *(REAL *)means = mean;
    *(REAL *)deviations = squares;
#pragma unroll WHOLE
    for (int i = 0; i < VECTOR; i++) {
      partials[strip * FILTERS + f + i] = (float2)(means[i], deviations[i]);
    }
  }
#endif
}

kernel __attribute__((reqd_work_group_size(COLUMNS, LANES, 1)))
void conv2d_few_filter(global const int4 *steps, const int step, global const STORED *stored,
                       global const int *indices, global const float *dy, global float *parts) {
  local float patch[PATCH];
  local float lanes[LANES * PANEL] __attribute__((aligned(16)));

  const int part = get_group_id(0);
  const int f = get_group_id(1) * PANEL + get_local_id(0) * VECTOR;
  const int mine = f < FILTERS;
  const int strips = min(steps[step].x * STRIPS, (part + 1) * PART);
  REAL sums[TAPS];
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    sums[tap] = 0.0f;
  }
  for (int strip = part * PART; strip < strips; strip++) {
    bring(stored + sample_of(strip, step, indices), strip, patch);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int pixel = get_local_id(1); pixel < (mine ? PIXELS : 0); pixel += LANES) {
      const REAL gradient = AT(dy + (strip * PIXELS + pixel) * FILTERS + f);
      local const float *window = patch + WINDOW(pixel);
#pragma unroll WHOLE
      for (int tap = 0; tap < TAPS; tap++) {
        sums[tap] = fma((REAL)(window[TAP(tap)]), gradient, sums[tap]);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    const REAL sum = added(sums[tap], lanes);
    if (mine && get_local_id(1) == 0) {
      PUT(sum, parts + (part * TAPS + tap) * FILTERS + f);
    }
  }
}
