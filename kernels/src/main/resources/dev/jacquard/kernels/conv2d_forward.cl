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
//   w, bias   [KERNEL_H, KERNEL_W, IN_C, FILTERS], [FILTERS]; bias is read if BIAS is 1
//   y         [BATCH, OUT_H, OUT_W, FILTERS], fewer than 2^31 elements; only the samples that the
//             step has are written
//   partials  [tiles, FILTERS] of (mean, sum of squared deviations from it) over the rows of a
//             tile; tile t is rows t * TILE_M to t * TILE_M + TILE_M - 1, cut off at the size.
//             Tiles beyond the size hold zeros. Written if STATISTICS is 1
// stored, w and y begin at multiples of 16 bytes.
//
// A work-group of TILE_N / ITEM_N by TILE_M / ITEM_M items makes a tile of TILE_M rows by TILE_N
// filters, see gemm_tile.cl for the tuning parameters. Groups:
// ceil(BATCH * OUT_H * OUT_W / TILE_M) by ceil(FILTERS / TILE_N).
// Local memory: gemm_tile.cl's and 16 * TILE_M bytes, and with STATISTICS
// 4 * (TILE_M / ITEM_M + 1) * TILE_N; 15.6 KiB with the defaults.
//
// The order of every sum follows from the shapes and the tile alone.
#include "conv2d_shape.cl"

#ifndef BIAS
#define BIAS 1
#endif
#ifndef STATISTICS
#define STATISTICS 1
#endif

#define INNER (KERNEL_H * KERNEL_W * IN_C)

// A row of the group: where its sample begins in stored, and where its window begins in that.
typedef struct {
  ulong sample;
  int top;
  int left;
} window;

typedef struct {
  global const STORED *stored;
  global const float *w;
  local const window *windows;
  int first_filter;
} source;

#define FOURS_A (IN_C % 4 == 0)
#define FOURS_B (FILTERS % 4 == 0)
#define FOURS_C FOURS_B
#define ALONG_K_A(kind) 1
#define ALONG_K_B(kind) 0
#include "gemm_tile.cl"
#include "tile_results.cl"

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

static inline run_a load_a(const source *from, const int kind, int m, int k) {
  const window w = from->windows[m];
  const int row = w.top + k / (KERNEL_W * IN_C);
  const int column = w.left + k / IN_C % KERNEL_W;
  const int inside = k < INNER && row >= 0 && row < IN_H && column >= 0 && column < IN_W;
  const int offset = inside ? (row * IN_W + column) * IN_C + k % IN_C : 0;
#if FOURS_A
  return inside ? NUMBERS(from->stored + w.sample + offset) : (float4)(0.0f);
#else
  return inside ? NUMBER(from->stored + w.sample + offset) : 0.0f;
#endif
}

static inline run_b load_b(const source *from, const int kind, int k, int n) {
  const int f = from->first_filter + n;
  const int inside = k < INNER && f < FILTERS;
  global const run_b *at = (global const run_b *)(from->w + (inside ? k * FILTERS + f : 0));
  return inside ? *at : (run_b)(0.0f);
}

kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_forward(global const STORED *stored, global const int *indices,
                    global const int4 *steps, const int step, global const float *w,
                    global const float *bias, global float *y, global float2 *partials) {
  local float tile_x[2 * HALF_A] __attribute__((aligned(16)));
  local float tile_w[2 * HALF_B] __attribute__((aligned(16)));
  local window windows[TILE_M];

  const int first_row = get_group_id(0) * TILE_M;
  const int first_filter = get_group_id(1) * TILE_N;
  const int rows = steps[step].x * (OUT_H * OUT_W);
  const int count = clamp(rows - first_row, 0, TILE_M);

  for (int m = this_item(); m < TILE_M; m += ITEMS) {
    windows[m] = window_of(first_row + m, rows, step, indices);
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  float sum[ITEM_M][ITEM_N];
  const source from = {stored, w, windows, first_filter};
  clear(sum);
  product(&from, 0, count > 0 ? INNER : 0, tile_x, tile_w, sum);
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n++) {
    const int f = first_filter + COLUMN(n);
    const float b = BIAS && f < FILTERS ? bias[f] : 0.0f;
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      sum[m][n] += b;
    }
  }
  write(sum, y + first_row * FILTERS + first_filter, FILTERS, count, FILTERS - first_filter);

#if STATISTICS
  local float column[ITEMS_M * TILE_N];
  local float means[TILE_N];
  leave_moments(sum, count, FILTERS - first_filter, column, means,
                partials + get_group_id(0) * FILTERS + first_filter);
#endif
}
