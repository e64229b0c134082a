// Gradient of a convolution's input.
//
//   dx[n,i,j,c] = sum over a, b, f of dy[n, (i + TOP - a) / STRIDE_H, (j + LEFT - b) / STRIDE_W, f]
//                 * w[a,b,c,f], where both divisions leave no remainder and meet the output
//
// as one matrix product: row m = (n, i, j), column c, inner index k = (a, b, f); dy is gathered,
// not unfolded. An element that no output reads gets 0. What is not met counts as dy = 0, so a
// weight that is not finite makes NaN of elements at the border that it does not reach.
// With strides, one in STRIDE_H * STRIDE_W products is not 0; they are computed all the same.
// A dense layer is a 1x1 convolution of a 1x1 image. The body is a GPU's; it is correct on
// processors, but drivers that run a group as a loop keep its sums in memory.
//
// Layouts, all row-major:
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate)
//   dy        [BATCH, OUT_H, OUT_W, FILTERS], read for the samples that the step has
//   w         [KERNEL_H, KERNEL_W, IN_C, FILTERS]
//   dx        [BATCH, IN_H, IN_W, IN_C], fewer than 2^31 elements; only the samples that the step
//             has are written, or added to if ACCUMULATE is 1
//
// A work-group of TILE_N / ITEM_N by TILE_M / ITEM_M items makes a tile of TILE_M rows by TILE_N
// channels, each item ITEM_M by ITEM_N of it in registers. Groups: ceil(IN_C / TILE_N) by
// ceil(BATCH * IN_H * IN_W / TILE_M).
// Local memory: 4 * TILE_K * (TILE_M + TILE_N + 8) + 12 * TILE_M bytes; 7.3 KiB with the defaults.
//
// The order of every sum is that of k alone: one chain of KERNEL_H * KERNEL_W * FILTERS products.
#pragma OPENCL FP_CONTRACT OFF

// Tuning. ITEM_M divides TILE_M, ITEM_N divides TILE_N, and the number of items divides
// TILE_K * TILE_M and TILE_K * TILE_N.
#ifndef TILE_M
#define TILE_M 64 // rows of a group: 16, 32, 64, 96, 128
#endif
#ifndef TILE_N
#define TILE_N 32 // channels of a group: 16, 32, 64, 128
#endif
#ifndef TILE_K
#define TILE_K 16 // inner indices in local memory at a time: 8, 16, 32
#endif
#ifndef ITEM_M
#define ITEM_M 4 // rows of an item: 1, 2, 4, 8
#endif
#ifndef ITEM_N
#define ITEM_N 4 // channels of an item: 1, 2, 4, 8
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

#ifndef ACCUMULATE
#define ACCUMULATE 0 // 1 adds to what dx holds
#endif

#define INNER (KERNEL_H * KERNEL_W * FILTERS)
#define ITEMS_M (TILE_M / ITEM_M)
#define ITEMS_N (TILE_N / ITEM_N)
#define ITEMS (ITEMS_M * ITEMS_N)

#if TILE_M % ITEM_M || TILE_N % ITEM_N || TILE_K * TILE_M % ITEMS || TILE_K * TILE_N % ITEMS
#error "conv2d_backward_data: the items do not divide the tile"
#endif

// A row of the group: an element's place in its image, shifted by the padding, and where the
// sample begins in dy.
typedef struct {
  int sample;
  int row;
  int column;
} place;

// Rows from rows on get a place above the image: no output meets it, and they read zeros.
static inline place place_of(int row, int rows) {
  const int inside = row < rows;
  const int n = inside ? row / (IN_H * IN_W) : 0;
  return (place){n * (OUT_H * OUT_W * FILTERS), inside ? row / IN_W % IN_H + TOP : -1,
                 row % IN_W + LEFT};
}

static inline float gradient_at(global const float *dy, place p, int k) {
  const int row = p.row - k / (KERNEL_W * FILTERS);
  const int column = p.column - k / FILTERS % KERNEL_W;
  const int i = row / STRIDE_H;
  const int j = column / STRIDE_W;
  const int inside = k < INNER && row >= 0 && i < OUT_H && i * STRIDE_H == row && column >= 0 &&
                     j < OUT_W && j * STRIDE_W == column;
  const float value = dy[inside ? p.sample + (i * OUT_W + j) * FILTERS + k % FILTERS : 0];
  return inside ? value : 0.0f;
}

static inline float weight_at(global const float *w, int k, int c) {
  const int inside = k < INNER && c < IN_C;
  const float value = w[inside ? (k / FILTERS * IN_C + c) * FILTERS + k % FILTERS : 0];
  return inside ? value : 0.0f;
}

kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_backward_data(global const int4 *steps, const int step, global const float *dy,
                          global const float *w, global float *dx) {
  // Four floats more a row, so that neighbours in k fall into different banks.
  local float tile_dy[TILE_K][TILE_M + 4] __attribute__((aligned(16)));
  local float tile_w[TILE_K][TILE_N + 4] __attribute__((aligned(16)));
  local place places[TILE_M];

  const int item_n = get_local_id(0);
  const int item_m = get_local_id(1);
  const int item = item_m * ITEMS_N + item_n;
  const int first_row = get_group_id(1) * TILE_M;
  const int first_channel = get_group_id(0) * TILE_N;
  const int rows = steps[step].x * (IN_H * IN_W);

  for (int m = item; m < TILE_M; m += ITEMS) {
    places[m] = place_of(first_row + m, rows);
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  float sum[ITEM_M][ITEM_N];
  for (int m = 0; m < ITEM_M; m++) {
    for (int n = 0; n < ITEM_N; n++) {
      sum[m][n] = 0.0f;
    }
  }
  for (int k0 = 0; k0 < INNER; k0 += TILE_K) {
    // Both are contiguous along f, the fastest part of k.
    for (int e = item; e < TILE_K * TILE_M; e += ITEMS) {
      const int k = e % TILE_K;
      tile_dy[k][e / TILE_K] = gradient_at(dy, places[e / TILE_K], k0 + k);
    }
    for (int e = item; e < TILE_K * TILE_N; e += ITEMS) {
      const int k = e % TILE_K;
      tile_w[k][e / TILE_K] = weight_at(w, k0 + k, first_channel + e / TILE_K);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE_K; k++) {
      for (int m = 0; m < ITEM_M; m++) {
        for (int n = 0; n < ITEM_N; n++) {
          const float gradient = tile_dy[k][item_m * ITEM_M + m];
          sum[m][n] = fma(gradient, tile_w[k][item_n * ITEM_N + n], sum[m][n]);
        }
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  for (int m = 0; m < ITEM_M; m++) {
    const int row = first_row + item_m * ITEM_M + m;
    for (int n = 0; n < ITEM_N; n++) {
      const int c = first_channel + item_n * ITEM_N + n;
      if (row < rows && c < IN_C) {
#if ACCUMULATE
        dx[row * IN_C + c] += sum[m][n];
#else
        dx[row * IN_C + c] = sum[m][n];
#endif
      }
    }
  }
}
