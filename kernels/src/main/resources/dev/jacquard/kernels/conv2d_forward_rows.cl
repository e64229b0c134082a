// Convolution forward with bias, gathering its batch, and the batch statistics of its output, for
// processors; conv2d_forward.cl has the formula, and the body for graphics processors. rows.cl says
// how it works.
//
// Layouts, all row-major:
//   stored    [samples, IN_H, IN_W, IN_C] of STORED; x = stored * SCALE + OFFSET if STORED is given
//   indices   [steps, BATCH], the number of sample n of a step in stored; read if GATHER is 1,
//             otherwise stored holds the batch itself
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate)
//   w, bias   [KERNEL_H, KERNEL_W, IN_C, FILTERS], [FILTERS]; bias is read if BIAS is 1
//   y         [BATCH, OUT_H, OUT_W, FILTERS], fewer than 2^31 elements; only the samples that the
//             step has are written
//   partials  [tiles, FILTERS] of (mean, sum of squared deviations from it) over the STRIP * OUT_W
//             rows of a strip; strips beyond the size hold zeros. Written if STATISTICS is 1
// With SPAN > 1, for a dense layer without GATHER, IN_H and OUT_H are 1, IN_W and OUT_W are SPAN,
// an image is SPAN samples, and the last one may be cut off by the size.
//
// Groups of one item: IMAGES * (OUT_H / STRIP) * SHARES, where IMAGES = ceil(BATCH / SPAN).
// Local memory: 4 * (packed rows) * (packed columns) * IN_C bytes, see PACKED_H and PACKED_W.
//
// The order of every sum follows from the shapes and STRIP alone.
#include "rows.cl"

// Tuning.
#ifndef ROWS
#define ROWS 7 // pixels of a tile: 1 to 14
#endif
#ifndef COLUMNS
#define COLUMNS 2 // vectors of a tile: up to 32 floats; WIDTH * COLUMNS * SHARES divides FILTERS
#endif
#ifndef SHARES
#define SHARES 1 // items that share a strip's filters
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
#define STRIP OUT_H // output rows of an item: divides OUT_H
#endif
#ifndef SPAN
#define SPAN 1
#endif

#ifndef GATHER
#define GATHER 0
#endif
#ifndef STATISTICS
#define STATISTICS 1
#endif
#ifndef BIAS
#define BIAS 1
#endif

#define STRIPS (OUT_H / STRIP)
#define TILES ((OUT_W + ROWS - 1) / ROWS)
#define PACKED_H ((STRIP - 1) * STRIDE_H + KERNEL_H)
#define PACKED_W ((TILES * ROWS - 1) * STRIDE_W + KERNEL_W)
#define PITCH (PACKED_W * IN_C)
#define RUN (KERNEL_W * IN_C)
#define SHARE (FILTERS / SHARES)

#if OUT_H % STRIP || FILTERS % (WIDTH * COLUMNS * SHARES)
#error "conv2d_forward_rows: the tile does not divide the output"
#endif

// A tile of ROWS pixels, of which width exist.
INLINE void tile(local const float *x, global const float *w, global const float *bias,
                 global float *y, const int width) {
  floats sum[ROWS][COLUMNS];
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) {
    const floats first = BIAS ? LOAD(bias + c * WIDTH) : (floats)(0.0f);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      sum[r][c] = first;
    }
  }
  for (int a = 0; a < KERNEL_H; a++) {
    for (int k = 0; k < RUN; k++) {
      floats weight[COLUMNS];
#pragma unroll
      for (int c = 0; c < COLUMNS; c++) {
        weight[c] = LOAD(w + (a * RUN + k) * FILTERS + c * WIDTH);
      }
#pragma unroll
      for (int r = 0; r < ROWS; r++) {
        const floats input = x[a * PITCH + r * STRIDE_W * IN_C + k];
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) {
          sum[r][c] = fma(input, weight[c], sum[r][c]);
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (r < width) {
#pragma unroll
      for (int c = 0; c < COLUMNS; c++) {
        STORE(sum[r][c], y + r * FILTERS + c * WIDTH);
      }
    }
  }
}

// Mean and squared deviations of WIDTH filters over a strip, row by row: short chains.
INLINE void moments(global const float *y, global float2 *partials, const int width) {
  floats mean = 0.0f;
  floats squares = 0.0f;
  for (int i = 0; i < STRIP; i++) {
    floats line = 0.0f;
    for (int j = 0; j < width; j++) {
      line += LOAD(y + (i * OUT_W + j) * FILTERS);
    }
    mean += line;
  }
  mean /= (floats)(STRIP * width);
  for (int i = 0; i < STRIP; i++) {
    floats line = 0.0f;
    for (int j = 0; j < width; j++) {
      const floats off = LOAD(y + (i * OUT_W + j) * FILTERS) - mean;
      line = fma(off, off, line);
    }
    squares += line;
  }
  float means[WIDTH], deviations[WIDTH];
  STORE(mean, means);
  STORE(squares, deviations);
  for (int f = 0; f < WIDTH; f++) {
    partials[f] = (float2)(means[f], deviations[f]);
  }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_forward_rows(global const STORED *stored, global const int *indices,
                         global const int4 *steps, const int step, global const float *w,
                         global const float *bias, global float *y, global float2 *partials) {
  local float packed[PACKED_H * PITCH];
  const int share = get_group_id(0) % SHARES;
  const int strip = get_group_id(0) / SHARES;
  const int first = strip / STRIPS * SPAN;
  const int top = strip % STRIPS * STRIP;
  const int left = steps[step].x - first;
  const int width = SPAN > 1 ? min(left, OUT_W) : OUT_W;
  if (left <= 0) {
    for (int f = share * SHARE; STATISTICS && f < (share + 1) * SHARE; f++) {
      partials[strip * FILTERS + f] = 0.0f;
    }
    return;
  }
  const ulong sample = GATHER ? indices[step * BATCH + first] : first;
  pack(packed, stored + sample * (IN_H * IN_W / SPAN * IN_C), top * STRIDE_H - TOP, PACKED_H, -LEFT,
       PACKED_W, IN_H, SPAN > 1 ? width : IN_W, IN_C);
  global float *out = y + (first * (OUT_W / SPAN) * OUT_H + top * OUT_W) * FILTERS;
  for (int f = share * SHARE; f < (share + 1) * SHARE; f += COLUMNS * WIDTH) {
    for (int i = 0; i < STRIP; i++) {
      for (int j = 0; j < width; j += ROWS) {
        tile(packed + i * STRIDE_H * PITCH + j * STRIDE_W * IN_C, w + f, bias + f,
             out + (i * OUT_W + j) * FILTERS + f, width - j);
      }
    }
#pragma unroll
    for (int c = 0; STATISTICS && c < COLUMNS * WIDTH; c += WIDTH) {
      moments(out + f + c, partials + strip * FILTERS + f + c, width);
    }
  }
}
