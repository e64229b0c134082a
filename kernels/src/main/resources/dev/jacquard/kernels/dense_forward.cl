// A dense layer forward with bias, gathering its batch, and the batch statistics of its output, for
// graphics processors where tiles of it would be too few to fill the device: there are few rows and
// columns, but long sums. So the items of a group share the sums.
//
//   y[n,f] = bias[f] + sum over c of x[n,c] * w[c,f]
//
// Layouts, all row-major:
//   stored    [samples, IN_C] of STORED; x = stored * SCALE + OFFSET
//   indices   [steps, BATCH], the number of sample n of a step in stored; read if GATHER is 1,
//             otherwise stored holds the batch itself
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate); a size is
//             at least 1
//   w, bias   [IN_C, FILTERS], [FILTERS]; bias is read if BIAS is 1
//   y         [BATCH, FILTERS], fewer than 2^31 elements; only the samples that the step has are
//             written
//   partials  [tiles, FILTERS] of (mean, sum of squared deviations from it) over the rows of a
//             tile; tile t is rows t * TILE_M to t * TILE_M + TILE_M - 1, cut off at the size.
//             Tiles beyond the size hold zeros. Written if STATISTICS is 1
//
// A work-group of SLICES by (TILE_M / ITEM_M) * (TILE_N / ITEM_N) items makes TILE_M rows by TILE_N
// columns. An item sums every SLICES-th product of ITEM_M by ITEM_N of them: neighbours read
// neighbouring numbers of x. Groups: ceil(BATCH / TILE_M) by ceil(FILTERS / TILE_N).
// Local memory: 4 * (SLICES + 1) * TILE_M * TILE_N bytes; 4.3 KiB with the defaults.
//
// The order of every sum follows from IN_C, SLICES and TILE_M alone.

// The defaults are the first dense layer of fmnist-reference at batch 64.
#ifndef FILTERS
#define BATCH 64
#define IN_H 1
#define IN_W 1
#define IN_C 1152
#define OUT_H 1
#define OUT_W 1
#define FILTERS 128
#define KERNEL_H 1
#define KERNEL_W 1
#define STRIDE_H 1
#define STRIDE_W 1
#define TOP 0
#define LEFT 0
#endif
#include "conv2d_shape.cl"

#ifndef BIAS
#define BIAS 1
#endif
#ifndef STATISTICS
#define STATISTICS 1
#endif

// Tuning. ITEM_M divides TILE_M and ITEM_N divides TILE_N.
#ifndef TILE_M
#define TILE_M 8 // rows of a group: 1 to 32
#endif
#ifndef TILE_N
#define TILE_N 8 // columns of a group: 1 to 32
#endif
#ifndef ITEM_M
#define ITEM_M 2 // rows of an item: 1 to 8
#endif
#ifndef ITEM_N
#define ITEM_N 2 // columns of an item: 1 to 8
#endif
#ifndef SLICES
#define SLICES 16 // items that share a sum: 1 to 64
#endif
#ifndef UNROLL
#define UNROLL 8 // products of a sum that are under way at a time
#endif

#if TILE_M % ITEM_M || TILE_N % ITEM_N
#error "dense_forward: the items do not divide the tile"
#endif

#define CELLS_N (TILE_N / ITEM_N)
#define CELLS (TILE_M / ITEM_M * CELLS_N)
#define ITEMS (SLICES * CELLS)

kernel __attribute__((reqd_work_group_size(SLICES, CELLS, 1)))
void dense_forward(global const STORED *stored, global const int *indices,
                   global const int4 *steps, const int step, global const float *w,
                   global const float *bias, global float *y, global float2 *partials) {
  local float slices[SLICES * TILE_M * TILE_N];
  local float out[TILE_M * TILE_N];

  const int slice = get_local_id(0);
  const int m0 = get_local_id(1) / CELLS_N * ITEM_M;
  const int n0 = get_local_id(1) % CELLS_N * ITEM_N;
  const int first_row = get_group_id(0) * TILE_M;
  const int first_filter = get_group_id(1) * TILE_N;
  const int rows = steps[step].x;
  const int count = clamp(rows - first_row, 0, TILE_M);

  // Rows and columns that do not exist are the last that do; what comes of them is not written.
  global const STORED *x[ITEM_M];
  int column[ITEM_N];
  float sum[ITEM_M][ITEM_N];
#pragma unroll
  for (int m = 0; m < ITEM_M; m++) {
    const int n = min(first_row + m0 + m, rows - 1);
#if GATHER
    x[m] = stored + (ulong)indices[step * BATCH + n] * IN_C;
#else
    x[m] = stored + (ulong)n * IN_C;
#endif
#pragma unroll
    for (int f = 0; f < ITEM_N; f++) {
      sum[m][f] = 0.0f;
    }
  }
#pragma unroll
  for (int f = 0; f < ITEM_N; f++) {
    column[f] = min(first_filter + n0 + f, FILTERS - 1);
  }
#pragma unroll UNROLL
  for (int round = 0; round < (IN_C + SLICES - 1) / SLICES; round++) {
    const int inside = IN_C % SLICES == 0 || round * SLICES + slice < IN_C;
    const int k = inside ? round * SLICES + slice : 0;
#pragma unroll
    for (int f = 0; f < ITEM_N; f++) {
      const float weight = inside ? w[k * FILTERS + column[f]] : 0.0f;
#pragma unroll
      for (int m = 0; m < ITEM_M; m++) {
        sum[m][f] = fma(inside ? NUMBER(x[m] + k) : 0.0f, weight, sum[m][f]);
      }
    }
  }
#pragma unroll
  for (int m = 0; m < ITEM_M; m++) {
#pragma unroll
    for (int f = 0; f < ITEM_N; f++) {
      slices[(slice * TILE_M + m0 + m) * TILE_N + n0 + f] = sum[m][f];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  const int item = get_local_id(1) * SLICES + slice;
  for (int e = item; e < TILE_M * TILE_N; e += ITEMS) {
    const int f = first_filter + e % TILE_N;
    float total = 0.0f;
    for (int s = 0; s < SLICES; s++) {
      total += slices[s * (TILE_M * TILE_N) + e];
    }
    total += BIAS && f < FILTERS ? bias[f] : 0.0f;
    out[e] = total;
    if (e / TILE_N < count && f < FILTERS) {
      y[(first_row + e / TILE_N) * FILTERS + f] = total;
    }
  }
#if STATISTICS
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = item; n < min(TILE_N, FILTERS - first_filter); n += ITEMS) {
    float total = 0.0f;
    for (int m = 0; m < count; m++) {
      total += out[m * TILE_N + n];
    }
    const float mean = total / max(count, 1);
    float squares = 0.0f;
    for (int m = 0; m < count; m++) {
      const float off = out[m * TILE_N + n] - mean;
      squares = fma(off, off, squares);
    }
    partials[get_group_id(0) * FILTERS + first_filter + n] = (float2)(mean, squares);
  }
#endif
}
