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
//   partials  [ceil(BATCH * OUT_H / STRIP / RUN), FILTERS] of (mean, sum of squared deviations
//             from it) over the pixels of RUN strips, as far as the step has them; zeros if it has
//             none. Written if STATISTICS is 1
//   parts     [PARTS, KERNEL_H, KERNEL_W, IN_C, FILTERS], which others add: part p is that of
//             strips p * PART to p * PART + PART - 1, PART = ceil(BATCH * OUT_H / STRIP / PARTS),
//             whatever the step's size; parts without strips are zeros
// w, bias, y, dy and parts begin at multiples of 16 bytes.
//
// A work-group of LANES by PANEL / VECTOR items has PANEL filters and strips of STRIP rows of an
// image's output, one after the other: a strip's input lies in local memory, an item goes over every
// LANES-th pixel with VECTOR filters. Neighbours have the same pixel and the next filters, so that
// what they read of the input is one number, and what they write joins up.
// Groups: BATCH * OUT_H / STRIP / RUN, rounded up, or PARTS, by ceil(FILTERS / PANEL).
// Local memory: 4 * (((STRIP - 1) * STRIDE_H + KERNEL_H) * ((OUT_W - 1) * STRIDE_W + KERNEL_W) *
// IN_C + LANES * PANEL) bytes; 5.9 KiB with the defaults. For the gradient LANES * PANEL counts once
// a tap, but with no more than 18 KiB: 17.9 KiB.
//
// The order of every sum follows from the shapes, STRIP, RUN, LANES and PARTS alone.

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
#ifndef RUN
#define RUN 1 // strips of a group that computes the output
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

#if VECTOR == 1
#define REAL float
#else
#define REAL JOIN(float, VECTOR)
#endif
#define COLUMNS (PANEL / VECTOR)
#define X_H IN_H
#define X_W IN_W
#define X_C IN_C
#ifdef SCALE
#define X_SCALE SCALE
#define X_OFFSET OFFSET
#endif
#define PATCH_ROWS STRIP
#define PATCH_COLUMNS OUT_W
#include "conv2d_few_patch.cl"

#define STRIPS (OUT_H / STRIP)
#define PART ((BATCH * STRIPS + PARTS - 1) / PARTS)
#define PIXELS (STRIP * OUT_W)
#define WINDOW_OF(pixel) WINDOW((pixel) / OUT_W, (pixel) % OUT_W)
#define PUT(value, to) (*(global REAL *)(to) = (value))

kernel __attribute__((reqd_work_group_size(COLUMNS, LANES, 1)))
void conv2d_few(global const STORED *stored, global const int *indices,
                global const int4 *steps, const int step, global const float *w,
                global const float *bias, global float *y, global float2 *partials) {
  local float patch[PATCH];
  local REAL shared[ITEMS];

  const int lane = get_local_id(1);
  const int item = lane * COLUMNS + get_local_id(0);
  const int f = get_group_id(1) * PANEL + get_local_id(0) * VECTOR;
  const int mine = f < FILTERS;
  const int first = get_group_id(0) * RUN;
  const int strips = max(min(steps[step].x * STRIPS - first, RUN), 0);
  REAL taps[TAPS];
  load_taps(w + (mine ? f : 0), FILTERS, taps);
  const REAL own_bias = BIAS ? REALS(bias + (mine ? f : 0)) : (REAL)(0.0f);

  REAL one = 0.0f;
  REAL above = 0.0f;
  REAL squares = 0.0f;
  for (int strip = first; strip < first + strips; strip++) {
    bring(stored, indices, step, strip / STRIPS, strip % STRIPS * STRIP, item, patch);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (STATISTICS && strip == first) {
      one = output_of(patch + WINDOW_OF(lane < PIXELS ? lane : 0), taps, own_bias);
    }
    for (int pixel = lane; pixel < (mine ? PIXELS : 0); pixel += LANES) {
      const REAL out = output_of(patch + WINDOW_OF(pixel), taps, own_bias);
      PUT(out, y + (strip * PIXELS + pixel) * FILTERS + f);
      if (STATISTICS) {
        above += out - one;
        squares = fma(out - one, out - one, squares);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#if STATISTICS
  const int count = lane < PIXELS ? ((PIXELS - 1 - lane) / LANES + 1) * strips : 0;
  REAL deviations;
  const REAL mean = moments_of(count, max(strips, 1) * PIXELS, one, above, squares, item, shared,
                               &deviations);
  if (mine && lane == 0) {
    float means[VECTOR] __attribute__((aligned(16)));
    float around[VECTOR] __attribute__((aligned(16)));
    *(REAL *)means = mean;
    *(REAL *)around = deviations;
#pragma unroll WHOLE
    for (int i = 0; i < VECTOR; i++) {
      partials[get_group_id(0) * FILTERS + f + i] = (float2)(means[i], around[i]);
    }
  }
#endif
}

kernel __attribute__((reqd_work_group_size(COLUMNS, LANES, 1)))
void conv2d_few_filter(global const int4 *steps, const int step, global const STORED *stored,
                       global const int *indices, global const float *dy, global float *parts) {
  local float patch[PATCH];
  local REAL shared[ITEMS * AT_ONCE];

  const int lane = get_local_id(1);
  const int item = lane * COLUMNS + get_local_id(0);
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
    bring(stored, indices, step, strip / STRIPS, strip % STRIPS * STRIP, item, patch);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int pixel = lane; pixel < (mine ? PIXELS : 0); pixel += LANES) {
      const REAL gradient = REALS(dy + (strip * PIXELS + pixel) * FILTERS + f);
      add_gradient(patch + WINDOW_OF(pixel), gradient, sums);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  const int panel = get_group_id(1) * PANEL;
  add_taps(sums, item, shared, FILTERS, FILTERS - panel, parts + part * (TAPS * FILTERS) + panel);
}
