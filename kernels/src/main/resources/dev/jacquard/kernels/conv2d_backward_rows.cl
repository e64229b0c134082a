// Gradients of a convolution's input and of its kernel, side by side in one launch, for processors;
// conv2d_backward.cl has the formulas, and the body for graphics processors. rows.cl says how it
// works.
//
// The input's gradient is a convolution of the output's with the flipped weights, so it is for
// strides of 1 only. The kernel's is summed over the images of a part; the update adds the parts.
//
// Layouts, all row-major:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate)
//   stored      [samples, IN_H, IN_W, IN_C] of STORED, as in conv2d_forward_rows: x
//   indices     [steps, BATCH], read if GATHER is 1, which is for DATA 0
//   dy          [BATCH, OUT_H, OUT_W, FILTERS], read for the samples that the step has
//   flipped     [KERNEL_H, KERNEL_W, FILTERS, IN_C], w[KERNEL_H - 1 - a, KERNEL_W - 1 - b, c, f]
//   dx          [BATCH, IN_H, IN_W, IN_C], written for the samples that the step has, or added to
//               if ACCUMULATE is 1
//   codes, picked, statistics  what the chain before x kept, see chain_forward.cl
//   sums        [tiles, IN_C] of (sum of g, sum of g * (picked - mean)) over the STRIP * IN_W rows
//               of a strip of dx, where g is dx times the slope and scale that the codes tell;
//               strips beyond the size hold zeros. Written if SUMS is 1
//   parts       [PARTS, KERNEL_H, KERNEL_W, IN_C, FILTERS]; parts without samples are zeros
// dy and dx have fewer than 2^31 elements.
// With SPAN > 1, for a dense layer without GATHER, see conv2d_forward_rows.
//
// Groups of one item: if DATA is 1, IMAGES * (IN_H / STRIP) * SHARES for dx, then, if FILTER is 1,
// PARTS * SLABS for parts, where IMAGES = ceil(BATCH / SPAN).
// Local memory: 4 bytes times the larger one of DATA_FLOATS and FILTER_FLOATS.
//
// The order of every sum follows from the shapes, STRIP, FILTER_STRIP and PARTS alone.
#include "rows.cl"

// Tuning.
#ifndef ROWS
#define ROWS 7 // pixels of a tile of dx: 1 to 14
#endif
#ifndef COLUMNS
#define COLUMNS 2 // vectors of a tile of dx: up to 32 floats; WIDTH * COLUMNS * SHARES divides IN_C
#endif
#ifndef SHARES
#define SHARES 1 // items that share a strip's channels
#endif
#ifndef FILTER_ROWS
#define FILTER_ROWS 8 // taps of a tile of parts: 1 to 14
#endif
#ifndef FILTER_COLUMNS
#define FILTER_COLUMNS 2 // vectors of a tile of parts: up to 32 floats; they divide FILTERS
#endif
#ifndef PARTS
#define PARTS 8 // of the batch: 1 to 64
#endif
#ifndef SLABS
#define SLABS 3 // of the taps: 1 to the number of tiles
#endif

// The shape. The defaults are the second convolution of fmnist-reference at batch 64.
#ifndef FILTERS
#define BATCH 64
#define IN_H 14
#define IN_W 14
#define IN_C 32
#define OUT_H 14
#define OUT_W 14
#define FILTERS 64
#define KERNEL_H 3
#define KERNEL_W 3
#define STRIDE_H 1
#define STRIDE_W 1
#define TOP 1
#define LEFT 1
#endif
#ifndef STRIP
#define STRIP IN_H // rows of dx of an item: divides IN_H
#endif
#ifndef FILTER_STRIP
#define FILTER_STRIP OUT_H // rows of dy that are packed for at a time: divides OUT_H
#endif
#ifndef SPAN
#define SPAN 1
#endif

#ifndef DATA
#define DATA 1
#endif
#ifndef FILTER
#define FILTER 1
#endif
#ifndef GATHER
#define GATHER 0
#endif
#ifndef DIRECT
#define DIRECT 0 // 1: x is read where it lies: for dense layers, where FILTER_ROWS divides IN_C
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0
#endif
#ifndef SUMS
#define SUMS 0
#endif
#if SUMS && !defined(CODES)
#define CODES 1
#define SLOPE 0.1f
#define DROP_SCALE 1.0f
#endif

#define IMAGES ((BATCH + SPAN - 1) / SPAN)
#define STRIPS (IN_H / STRIP)
#define TILES ((IN_W + ROWS - 1) / ROWS)
#define PACKED_H (STRIP - 1 + KERNEL_H)
#define PACKED_W (TILES * ROWS - 1 + KERNEL_W)
#define PITCH (PACKED_W * FILTERS)
#define RUN (KERNEL_W * FILTERS)
#define SHARE (IN_C / SHARES)
#define DATA_GROUPS (DATA * IMAGES * STRIPS * SHARES)
#define DATA_FLOATS (PACKED_H * PITCH)

#define PER_PART ((IMAGES + PARTS - 1) / PARTS)
#define FILTER_PACKED_H ((FILTER_STRIP - 1) * STRIDE_H + KERNEL_H)
#define FILTER_PACKED_W ((OUT_W - 1) * STRIDE_W + KERNEL_W)
#define FILTER_PITCH (FILTER_PACKED_W * IN_C)
#define FILTER_RUN (KERNEL_W * IN_C)
#define FILTER_TILES ((FILTER_RUN + FILTER_ROWS - 1) / FILTER_ROWS)
#define ALL_TILES (KERNEL_H * FILTER_TILES)
#define TAPS (KERNEL_H * FILTER_RUN)
#if DIRECT
#define FILTER_FLOATS 1
#define X_SPACE global
#else
// The last tile of taps may read past the last pixel.
#define FILTER_FLOATS (FILTER_PACKED_H * FILTER_PITCH + FILTER_ROWS)
#define X_SPACE local
#endif

#if DATA && FILTER
#define FLOATS (DATA_FLOATS > FILTER_FLOATS ? DATA_FLOATS : FILTER_FLOATS)
#elif DATA
#define FLOATS DATA_FLOATS
#else
#define FLOATS FILTER_FLOATS
#endif

#if DATA && GATHER
#error "conv2d_backward_rows: a data set has no gradient"
#endif

#if DATA
#if IN_H % STRIP || IN_C % (WIDTH * COLUMNS * SHARES) || STRIDE_H != 1 || STRIDE_W != 1
#error "conv2d_backward_rows: the tile does not divide the input, or the strides are not 1"
#endif

// A tile of ROWS pixels of dx, of which width exist.
INLINE void data_tile(local const float *dy, global const float *w, global float *dx,
                      const int width) {
  floats sum[ROWS][COLUMNS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) {
      sum[r][c] = 0.0f;
    }
  }
  for (int a = 0; a < KERNEL_H; a++) {
    for (int k = 0; k < RUN; k++) {
      floats weight[COLUMNS];
#pragma unroll
      for (int c = 0; c < COLUMNS; c++) {
        weight[c] = LOAD(w + (a * RUN + k) * IN_C + c * WIDTH);
      }
#pragma unroll
      for (int r = 0; r < ROWS; r++) {
        const floats slope = dy[a * PITCH + r * FILTERS + k];
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) {
          sum[r][c] = fma(slope, weight[c], sum[r][c]);
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (r < width) {
#pragma unroll
      for (int c = 0; c < COLUMNS; c++) {
        global float *to = dx + r * IN_C + c * WIDTH;
        STORE(ACCUMULATE ? LOAD(to) + sum[r][c] : sum[r][c], to);
      }
    }
  }
}

#if SUMS
// What the chain before needs of WIDTH channels over a strip, row by row: short chains. The codes
// are read one by one: there are few of them beside the products of a strip.
INLINE void chain_sums(global const float *dx, global const uchar *codes,
                       global const float *picked, global const float2 *statistics,
                       global float2 *sums, const int width) {
  float means[WIDTH], slopes[WIDTH], all[WIDTH], products[WIDTH];
  for (int c = 0; c < WIDTH; c++) {
    means[c] = statistics[c].x;
  }
  const floats mean = LOAD(means);
  floats sum = 0.0f;
  floats product = 0.0f;
  for (int i = 0; i < STRIP; i++) {
    floats line = 0.0f;
    floats line_product = 0.0f;
    for (int j = 0; j < width; j++) {
      const int at = (i * IN_W + j) * IN_C;
      for (int c = 0; c < WIDTH; c++) {
        const uchar code = CODES ? codes[at + c] : 12;
        const float factor = (code & 8) != 0 ? DROP_SCALE : DROP_SCALE * SLOPE;
        slopes[c] = (code & 4) != 0 ? dx[at + c] * factor : 0.0f;
      }
      const floats g = LOAD(slopes);
      line += g;
      line_product = fma(g, LOAD(picked + at) - mean, line_product);
    }
    sum += line;
    product += line_product;
  }
  STORE(sum, all);
  STORE(product, products);
  for (int c = 0; c < WIDTH; c++) {
    sums[c] = (float2)(all[c], products[c]);
  }
}
#endif

INLINE void data(local float *packed, const int group, const int size, global const float *dy,
                 global const float *flipped, global float *dx, global const uchar *codes,
                 global const float *picked, global const float2 *statistics, global float2 *sums) {
  const int share = group % SHARES;
  const int strip = group / SHARES;
  const int first = strip / STRIPS * SPAN;
  const int top = strip % STRIPS * STRIP;
  const int width = SPAN > 1 ? min(size - first, IN_W) : IN_W;
  if (first >= size) {
    for (int c = share * SHARE; SUMS && c < (share + 1) * SHARE; c++) {
      sums[strip * IN_C + c] = 0.0f;
    }
    return;
  }
  pack(packed, dy + first * (OUT_W / SPAN) * OUT_H * FILTERS, top - (KERNEL_H - 1 - TOP), PACKED_H,
       LEFT + 1 - KERNEL_W, PACKED_W, OUT_H, SPAN > 1 ? width : OUT_W, FILTERS);
  const int begin = (first * (IN_W / SPAN) * IN_H + top * IN_W) * IN_C;
  for (int c = share * SHARE; c < (share + 1) * SHARE; c += COLUMNS * WIDTH) {
    for (int i = 0; i < STRIP; i++) {
      for (int j = 0; j < width; j += ROWS) {
        data_tile(packed + i * PITCH + j * FILTERS, flipped + c,
                  dx + begin + (i * IN_W + j) * IN_C + c, width - j);
      }
    }
#if SUMS
    for (int v = c; v < c + COLUMNS * WIDTH; v += WIDTH) {
      chain_sums(dx + begin + v, codes + begin + v, picked + begin + v, statistics + v,
                 sums + strip * IN_C + v, width);
    }
#endif
  }
}
#endif

#if FILTER
#if OUT_H % FILTER_STRIP || FILTERS % (WIDTH * FILTER_COLUMNS) || DIRECT && IN_C % FILTER_ROWS
#error "conv2d_backward_rows: the tile does not divide the kernel"
#endif

// A tile of FILTER_ROWS taps, of which rows exist, over a strip; added to what is there or written.
INLINE void filter_tile(X_SPACE const float *x, global const float *dy, global float *dw,
                        const int width, const int rows, const int add) {
  floats sum[FILTER_ROWS][FILTER_COLUMNS];
#pragma unroll
  for (int r = 0; r < FILTER_ROWS; r++) {
#pragma unroll
    for (int c = 0; c < FILTER_COLUMNS; c++) {
      sum[r][c] = 0.0f;
    }
  }
  for (int i = 0; i < FILTER_STRIP; i++) {
    for (int j = 0; j < width; j++) {
      floats slope[FILTER_COLUMNS];
#pragma unroll
      for (int c = 0; c < FILTER_COLUMNS; c++) {
        slope[c] = LOAD(dy + (i * OUT_W + j) * FILTERS + c * WIDTH);
      }
#pragma unroll
      for (int r = 0; r < FILTER_ROWS; r++) {
        const floats input = x[i * STRIDE_H * FILTER_PITCH + j * STRIDE_W * IN_C + r];
#pragma unroll
        for (int c = 0; c < FILTER_COLUMNS; c++) {
          sum[r][c] = fma(input, slope[c], sum[r][c]);
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < FILTER_ROWS; r++) {
    if (r < rows) {
#pragma unroll
      for (int c = 0; c < FILTER_COLUMNS; c++) {
        global float *to = dw + r * FILTERS + c * WIDTH;
        STORE(add ? LOAD(to) + sum[r][c] : sum[r][c], to);
      }
    }
  }
}

INLINE void filter(local float *packed, const int group, const int size,
                   global const STORED *stored, global const int *indices, global const float *dy,
                   global float *parts) {
  const int part = group / SLABS;
  const int from = group % SLABS * ALL_TILES / SLABS;
  const int to = (group % SLABS + 1) * ALL_TILES / SLABS;
  global float *dw = parts + (ulong)part * (TAPS * FILTERS);
  int add = 0;
  for (int image = part * PER_PART; image < min((part + 1) * PER_PART, IMAGES); image++) {
    const int first = image * SPAN;
    const int width = SPAN > 1 ? min(size - first, OUT_W) : OUT_W;
    const int strips = first < size ? OUT_H / FILTER_STRIP : 0;
    for (int strip = 0; strip < strips; strip++) {
      const ulong sample = GATHER ? indices[first] : first;
      global const STORED *samples = stored + sample * (IN_H * IN_W / SPAN * IN_C);
#if DIRECT
      global const float *x = samples;
#else
      local const float *x = packed;
      pack(packed, samples, strip * FILTER_STRIP * STRIDE_H - TOP, FILTER_PACKED_H, -LEFT,
           FILTER_PACKED_W, IN_H, SPAN > 1 ? width : IN_W, IN_C);
#endif
      global const float *slopes =
          dy + (first * (OUT_W / SPAN) * OUT_H + strip * FILTER_STRIP * OUT_W) * FILTERS;
      for (int f = 0; f < FILTERS; f += FILTER_COLUMNS * WIDTH) {
        for (int t = from; t < to; t++) {
          const int a = t / FILTER_TILES;
          const int k = t % FILTER_TILES * FILTER_ROWS;
          filter_tile(x + a * FILTER_PITCH + k, slopes + f,
                      dw + (a * FILTER_RUN + k) * FILTERS + f, width, FILTER_RUN - k, add);
        }
      }
      add = 1;
    }
  }
  for (int t = from; !add && t < to; t++) {
    const int a = t / FILTER_TILES;
    const int k = t % FILTER_TILES * FILTER_ROWS;
    for (int e = 0; e < min(FILTER_ROWS, FILTER_RUN - k) * FILTERS; e++) {
      dw[(a * FILTER_RUN + k) * FILTERS + e] = 0.0f;
    }
  }
}
#endif

kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_backward_rows(global const int4 *steps, const int step, global const STORED *stored,
                          global const int *indices, global const float *dy,
                          global const float *flipped, global float *dx, global const uchar *codes,
                          global const float *picked, global const float2 *statistics,
                          global float2 *sums, global float *parts) {
  local float packed[FLOATS];
  const int group = get_group_id(0);
#if DATA
  if (group < DATA_GROUPS) {
    data(packed, group, steps[step].x, dy, flipped, dx, codes, picked, statistics, sums);
  }
#endif
#if FILTER
  if (group >= DATA_GROUPS) {
    filter(packed, group - DATA_GROUPS, steps[step].x, stored, indices + step * BATCH, dy, parts);
  }
#endif
}
