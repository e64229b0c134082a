// Convolution forward with bias, gathering its batch, and the batch statistics of its output.
//
//   y[n,i,j,f] = bias[f] + sum over a, b, c of
//                x[n, i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * w[a,b,c,f]
//
// as one matrix product: row m = (n, i, j), column f, inner index k = (a, b, c); x is gathered, not
// unfolded. Outside the input x is 0. The body is a GPU's; it is correct on processors, but drivers
// that run a group as a loop keep its sums in memory.
//
// Layouts, all row-major:
//   stored    [samples, IN_H, IN_W, IN_C] of STORED; x = stored * SCALE + OFFSET
//   indices   [steps, BATCH], the number of sample n of a step in stored; read if GATHER is 1,
//             otherwise stored holds the batch itself
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate)
//   w, bias   [KERNEL_H, KERNEL_W, IN_C, FILTERS], [FILTERS]
//   y         [BATCH, OUT_H, OUT_W, FILTERS], fewer than 2^31 elements; only the samples that the
//             step has are written
//   partials  [tiles, FILTERS] of (mean, sum of squared deviations from it) over the rows of a
//             tile; tile t is rows t * TILE_M to t * TILE_M + TILE_M - 1, cut off at the size.
//             Tiles beyond the size hold zeros. Written if STATISTICS is 1
//
// A work-group of TILE_N / ITEM_N by TILE_M / ITEM_M items makes a tile of TILE_M rows by TILE_N
// filters, each item ITEM_M by ITEM_N of it in registers. Groups: ceil(FILTERS / TILE_N) by
// ceil(BATCH * OUT_H * OUT_W / TILE_M).
// Local memory: 4 * (TILE_K * (TILE_M + 4 + TILE_N) + TILE_M / ITEM_M * TILE_N) + 16 * TILE_M
// bytes; 9 KiB with the defaults.
//
// The order of every sum follows from the shapes and the tile alone.
#pragma OPENCL FP_CONTRACT OFF

// Tuning. ITEM_M divides TILE_M, ITEM_N divides TILE_N, and the number of items divides
// TILE_K * TILE_M and TILE_K * TILE_N.
#ifndef TILE_M
#define TILE_M 64 // rows of a group: 16, 32, 64, 96, 128
#endif
#ifndef TILE_N
#define TILE_N 32 // filters of a group: 16, 32, 64, 128
#endif
#ifndef TILE_K
#define TILE_K 16 // inner indices in local memory at a time: 8, 16, 32
#endif
#ifndef ITEM_M
#define ITEM_M 4 // rows of an item: 1, 2, 4, 8
#endif
#ifndef ITEM_N
#define ITEM_N 4 // filters of an item: 1, 2, 4, 8
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

// Where the input comes from: float activations, or a resident data set with GATHER 1.
#ifndef STORED
#define STORED float // float, uchar
#define SCALE 1.0f
#define OFFSET 0.0f
#define GATHER 0
#endif
#ifndef STATISTICS
#define STATISTICS 1
#endif

#define INNER (KERNEL_H * KERNEL_W * IN_C)
#define ITEMS_M (TILE_M / ITEM_M)
#define ITEMS_N (TILE_N / ITEM_N)
#define ITEMS (ITEMS_M * ITEMS_N)

#if TILE_M % ITEM_M || TILE_N % ITEM_N || TILE_K * TILE_M % ITEMS || TILE_K * TILE_N % ITEMS
#error "conv2d_forward: the items do not divide the tile"
#endif

// Rows of the group that exist, and where their windows begin.
typedef struct {
  ulong sample; // index in stored of the sample's first element
  int top;
  int left;
} window;

// Rows from rows on get a window below the input: they read zeros, without a branch.
static inline window window_of(int row, int rows, int step, global const int *indices) {
  const int n = row / (OUT_H * OUT_W);
  const int i = row / OUT_W % OUT_H;
  const int j = row % OUT_W;
  const int inside = row < rows;
#if GATHER
  const ulong number = inside ? indices[step * BATCH + n] : 0;
#else
  const ulong number = inside ? n : 0;
#endif
  return (window){number * (IN_H * IN_W * IN_C), inside ? i * STRIDE_H - TOP : IN_H,
                  j * STRIDE_W - LEFT};
}

static inline float input_at(global const STORED *stored, window w, int k) {
  const int row = w.top + k / (KERNEL_W * IN_C);
  const int column = w.left + k / IN_C % KERNEL_W;
  const int inside = k < INNER && row >= 0 && row < IN_H && column >= 0 && column < IN_W;
  const int offset = inside ? (row * IN_W + column) * IN_C + k % IN_C : 0;
  return inside ? fma((float)stored[w.sample + offset], SCALE, OFFSET) : 0.0f;
}

kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_forward(global const STORED *stored, global const int *indices,
                    global const int4 *steps, const int step, global const float *w,
                    global const float *bias, global float *y, global float2 *partials) {
  // Four floats more a row, so that neighbours in k fall into different banks.
  local float tile_x[TILE_K][TILE_M + 4] __attribute__((aligned(16)));
  local float tile_w[TILE_K][TILE_N] __attribute__((aligned(16)));
  local window windows[TILE_M];

  const int item_n = get_local_id(0);
  const int item_m = get_local_id(1);
  const int item = item_m * ITEMS_N + item_n;
  const int first_row = get_group_id(1) * TILE_M;
  const int first_filter = get_group_id(0) * TILE_N;
  const int rows = steps[step].x * (OUT_H * OUT_W);

  for (int m = item; m < TILE_M; m += ITEMS) {
    windows[m] = window_of(first_row + m, rows, step, indices);
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  float sum[ITEM_M][ITEM_N];
  for (int m = 0; m < ITEM_M; m++) {
    for (int n = 0; n < ITEM_N; n++) {
      sum[m][n] = 0.0f;
    }
  }
  for (int k0 = 0; k0 < INNER; k0 += TILE_K) {
    for (int e = item; e < TILE_K * TILE_M; e += ITEMS) {
      const int k = e % TILE_K;
      tile_x[k][e / TILE_K] = input_at(stored, windows[e / TILE_K], k0 + k);
    }
    for (int e = item; e < TILE_K * TILE_N; e += ITEMS) {
      const int k = k0 + e / TILE_N;
      const int f = first_filter + e % TILE_N;
      const int inside = k < INNER && f < FILTERS;
      const float value = w[inside ? k * FILTERS + f : 0];
      tile_w[e / TILE_N][e % TILE_N] = inside ? value : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE_K; k++) {
      for (int m = 0; m < ITEM_M; m++) {
        for (int n = 0; n < ITEM_N; n++) {
          const float x = tile_x[k][item_m * ITEM_M + m];
          sum[m][n] = fma(x, tile_w[k][item_n * ITEM_N + n], sum[m][n]);
        }
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  for (int n = 0; n < ITEM_N; n++) {
    const int f = first_filter + item_n * ITEM_N + n;
    const float b = f < FILTERS ? bias[f] : 0.0f;
    for (int m = 0; m < ITEM_M; m++) {
      const int row = first_row + item_m * ITEM_M + m;
      sum[m][n] += b;
      if (row < rows && f < FILTERS) {
        y[row * FILTERS + f] = sum[m][n];
      }
    }
  }

#if STATISTICS
  // Two passes while the tile is in registers: first the mean, then the deviations from it. Every
  // item of a column adds the same partial sums in the same order, which saves a broadcast.
  local float column[ITEMS_M][TILE_N];
  const int count = clamp(rows - first_row, 0, TILE_M);
  const int mine = clamp(count - item_m * ITEM_M, 0, ITEM_M);
  float mean[ITEM_N];
  for (int n = 0; n < ITEM_N; n++) {
    float total = 0.0f;
    for (int m = 0; m < ITEM_M; m++) {
      total += m < mine ? sum[m][n] : 0.0f;
    }
    column[item_m][item_n * ITEM_N + n] = total;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = 0; n < ITEM_N; n++) {
    float total = 0.0f;
    for (int part = 0; part < ITEMS_M; part++) {
      total += column[part][item_n * ITEM_N + n];
    }
    mean[n] = total / max(count, 1);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = 0; n < ITEM_N; n++) {
    float squares = 0.0f;
    for (int m = 0; m < ITEM_M; m++) {
      const float off = m < mine ? sum[m][n] - mean[n] : 0.0f;
      squares = fma(off, off, squares);
    }
    column[item_m][item_n * ITEM_N + n] = squares;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = 0; n < ITEM_N; n++) {
    const int f = first_filter + item_n * ITEM_N + n;
    if (item_m == 0 && f < FILTERS) {
      float squares = 0.0f;
      for (int part = 0; part < ITEMS_M; part++) {
        squares += column[part][item_n * ITEM_N + n];
      }
      partials[get_group_id(1) * FILTERS + f] = (float2)(mean[n], squares);
    }
  }
#endif
}
