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
// A work-group of (TILE_M / ITEM_M) * (TILE_N / ITEM_N) by SLICES items makes TILE_M rows by TILE_N
// columns. An item sums every SLICES-th run of products of ITEM_M by ITEM_N of them in registers:
// runs of DEPTH along the sums, which are as many as a load of x brings. The columns of an item come
// in fours where loads of w can. Neighbouring items have neighbouring columns, so that a load of w
// is whole lines, and slices that run side by side read neighbouring numbers of x. Numbers of STAGES
// runs are under way from global memory while others are multiplied. Groups: ceil(BATCH / TILE_M) by
// ceil(FILTERS / TILE_N). Local memory: 4 * (SLICES * TILE_M + 1) * TILE_N
// bytes; 16 KiB with the defaults.
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
#define TILE_M 8 // rows of a group: 1 to 64
#endif
#ifndef TILE_N
#define TILE_N 8 // columns of a group: 1 to 64
#endif
#ifndef ITEM_M
#define ITEM_M 4 // rows of an item: 1 to 8
#endif
#ifndef ITEM_N
#define ITEM_N 4 // columns of an item: 1 to 8
#endif
#ifndef SLICES
#define SLICES 64 // items that share a sum: 1 to 64
#endif
#ifndef STAGES
#define STAGES 5 // runs that are under way at a time: 1 to 8
#endif
#ifndef UNROLL
#define UNROLL 1 // 0 for processors, whose compilers take seconds over loops without jumps
#endif

#if TILE_M % ITEM_M || TILE_N % ITEM_N
#error "dense_forward: the items do not divide the tile"
#endif

#if UNROLL
#define WHOLE 64
#else
#define WHOLE 1
#endif

#define CELLS_M (TILE_M / ITEM_M)
#define CELLS_N (TILE_N / ITEM_N)
#define CELLS (CELLS_M * CELLS_N)
#define ITEMS (CELLS * SLICES)

#if ITEMS < TILE_N
#error "dense_forward: fewer items than columns"
#endif

// Numbers that a load brings, which are at a multiple of so many.
#define DEPTH (IN_C % 4 ? 1 : 4)
#define FOUR (FILTERS % 4 || ITEM_N % 4 ? 1 : 4)
#define FOURS (ITEM_N / FOUR)

// Runs of a sum; rounds in which a slice adds one; those after which another is read.
#define RUNS (IN_C / DEPTH)
#define ROUNDS ((RUNS + SLICES - 1) / SLICES)
#define LOOPED ((ROUNDS - 1) / STAGES * STAGES)

// What an item multiplies at once.
typedef struct {
  float x[ITEM_M][DEPTH];
  float w[DEPTH][ITEM_N];
} operands;

static inline void spread(float4 from, float *to) {
  to[0] = from.x;
  to[1] = from.y;
  to[2] = from.z;
  to[3] = from.w;
}

// Reads a slice's run of a round; beyond the last, that one. w comes first: its place is known
// before the samples' is.
static inline void fetch(global const STORED *const *x, global const float *w, const int *columns,
                         int round, operands *to) {
  const int k = min(round * SLICES + (int)get_local_id(1), RUNS - 1) * DEPTH;
#pragma unroll WHOLE
  for (int j = 0; j < DEPTH; j++) {
#pragma unroll WHOLE
    for (int i = 0; i < FOURS; i++) {
      global const float *from = w + (k + j) * FILTERS + columns[i];
#if FILTERS % 4 == 0 && ITEM_N % 4 == 0
      spread(*(global const float4 *)from, to->w[j] + i * FOUR);
#else
      to->w[j][i] = *from;
#endif
    }
  }
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
#if IN_C % 4 == 0
    spread(NUMBERS(x[m] + k), to->x[m]);
#else
    to->x[m][0] = NUMBER(x[m] + k);
#endif
  }
}

static inline void add(const operands *from, float sum[ITEM_M][ITEM_N]) {
#pragma unroll WHOLE
  for (int j = 0; j < DEPTH; j++) {
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
      for (int n = 0; n < ITEM_N; n++) {
        sum[m][n] = fma(from->x[m][j], from->w[j][n], sum[m][n]);
      }
    }
  }
}

#if STATISTICS
// The moments of a column of the tile.
static inline float2 moments_of(local const float *column, int count) {
  float total = 0.0f;
#pragma unroll WHOLE
  for (int m = 0; m < TILE_M; m++) {
    total += m < count ? column[m * TILE_N] : 0.0f;
  }
  const float mean = total / max(count, 1);
  float squares = 0.0f;
#pragma unroll WHOLE
  for (int m = 0; m < TILE_M; m++) {
    const float off = m < count ? column[m * TILE_N] - mean : 0.0f;
    squares = fma(off, off, squares);
  }
  return (float2)(mean, squares);
}
#endif

kernel __attribute__((reqd_work_group_size(CELLS, SLICES, 1)))
void dense_forward(global const STORED *stored, global const int *indices,
                   global const int4 *steps, const int step, global const float *w,
                   global const float *bias, global float *y, global float2 *partials) {
  local float slices[SLICES * TILE_M * TILE_N];
  local float begin[TILE_N];

  // The item's rows are m0, m0 + CELLS_M and so on, its columns n0 to n0 + FOUR - 1 and so on.
  const int slice = get_local_id(1);
  const int item = slice * CELLS + get_local_id(0);
  const int m0 = get_local_id(0) / CELLS_N;
  const int n0 = get_local_id(0) % CELLS_N * FOUR;
  const int first_row = get_group_id(0) * TILE_M;
  const int first_filter = get_group_id(1) * TILE_N;
  const int rows = steps[step].x;

  // Rows and columns that do not exist are the last that do; what comes of them is not written.
  global const STORED *x[ITEM_M];
  int columns[FOURS];
#pragma unroll WHOLE
  for (int i = 0; i < FOURS; i++) {
    columns[i] = min(first_filter + n0 + i * (CELLS_N * FOUR), FILTERS - FOUR);
  }
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int n = min(first_row + m0 + m * CELLS_M, rows - 1);
#if GATHER
    x[m] = stored + (ulong)indices[step * BATCH + n] * IN_C;
#else
    x[m] = stored + (ulong)n * IN_C;
#endif
  }

  const float own = BIAS ? bias[min(first_filter + item % TILE_N, FILTERS - 1)] : 0.0f;
  operands next[STAGES];
#pragma unroll WHOLE
  for (int s = 0; s < STAGES; s++) {
    fetch(x, w, columns, s, &next[s]);
  }
  if (item < TILE_N) {
    begin[item] = own;
  }
  // The barriers keep the slices side by side, where they read the same lines, and compilers from
  // asking for numbers only when they are to be multiplied.
  barrier(CLK_LOCAL_MEM_FENCE);
  float sum[ITEM_M][ITEM_N];
#pragma unroll WHOLE
  for (int f = 0; f < ITEM_N; f++) {
    const float first = begin[n0 + f / FOUR * (CELLS_N * FOUR) + f % FOUR];
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      sum[m][f] = slice == 0 ? first : 0.0f;
    }
  }
  for (int round = STAGES; round <= LOOPED; round += STAGES) {
    operands now[STAGES];
#pragma unroll WHOLE
    for (int s = 0; s < STAGES; s++) {
      now[s] = next[s];
      fetch(x, w, columns, round + s, &next[s]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll WHOLE
    for (int s = 0; s < STAGES; s++) {
      add(&now[s], sum);
    }
  }
#pragma unroll WHOLE
  for (int s = 0; s < ROUNDS - LOOPED; s++) {
    if ((LOOPED + s + 1) * SLICES <= RUNS || (LOOPED + s) * SLICES + slice < RUNS) {
      add(&next[s], sum);
    }
  }
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
    for (int f = 0; f < ITEM_N; f++) {
      const int n = n0 + f / FOUR * (CELLS_N * FOUR) + f % FOUR;
      slices[(slice * TILE_M + m0 + m * CELLS_M) * TILE_N + n] = sum[m][f];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  const int count = clamp(rows - first_row, 0, TILE_M);
  for (int e = item; e < TILE_M * TILE_N; e += ITEMS) {
    const int f = first_filter + e % TILE_N;
    float total = 0.0f;
#pragma unroll WHOLE
    for (int s = 0; s < SLICES; s++) {
      total += slices[s * (TILE_M * TILE_N) + e];
    }
    if (e / TILE_N < count && f < FILTERS) {
      y[(first_row + e / TILE_N) * FILTERS + f] = total;
    }
    // No other item reads the numbers that this one takes the place of.
    slices[e] = total;
  }
#if STATISTICS
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item < min(TILE_N, FILTERS - first_filter)) {
    partials[get_group_id(0) * FILTERS + first_filter + item] = moments_of(slices + item, count);
  }
#endif
}
