// Gradient of a convolution's kernel, in two launches.
//
//   dw[a,b,c,f] = sum over n, i, j of
//                 x[n, i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * dy[n,i,j,f]
//
// as one matrix product: row k = (a, b, c), column f, inner index m = (n, i, j); x is gathered, not
// unfolded. Outside the input x is 0, so a dy that is not finite also makes NaN of taps that it
// meets only there.
// Few rows and columns, many m: conv2d_backward_filter cuts m into SPLITS parts, which run side by
// side, and conv2d_backward_filter_sum adds them. Part p is rows p * PART to p * PART + PART - 1 of
// the full batch, PART = ceil(BATCH * OUT_H * OUT_W / SPLITS), whatever the step's size; rows of
// samples that the step lacks are left out. A dense layer is a 1x1 convolution of a 1x1 image.
//
// Layouts, all row-major:
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate)
//   x         [BATCH, IN_H, IN_W, IN_C], read for the samples that the step has
//   dy        [BATCH, OUT_H, OUT_W, FILTERS], read for the samples that the step has
//   partials  [SPLITS, KERNEL_H, KERNEL_W, IN_C, FILTERS]; parts without rows are zeros
//   dw        [KERNEL_H, KERNEL_W, IN_C, FILTERS]
//
// conv2d_backward_filter: a work-group of TILE_N / ITEM_N by TILE_M / ITEM_M items makes a tile of
// TILE_M rows by TILE_N filters of one part, each item ITEM_M by ITEM_N of it in registers. Groups:
// ceil(FILTERS / TILE_N) by SPLITS * ceil(KERNEL_H * KERNEL_W * IN_C / TILE_M).
// Local memory: 4 * TILE_K * (TILE_M + TILE_N) + 12 * TILE_M bytes; 6.8 KiB with the defaults.
// conv2d_backward_filter_sum: groups of GROUP items, as many as the device likes. No local memory.
//
// Error: no chain runs over thousands of rows. A product passes through at most CHUNK additions
// within its chunk, PART / CHUNK among the part's chunks and SPLITS among the parts: 170 in all,
// not 50,176, for the first convolution of fmnist-reference at batch 64. The order of every sum
// follows from the shapes, SPLITS and CHUNK alone.
#pragma OPENCL FP_CONTRACT OFF

// Tuning. ITEM_M divides TILE_M, ITEM_N divides TILE_N, TILE_K divides CHUNK, and the number of
// items divides TILE_K * TILE_M and TILE_K * TILE_N.
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
#ifndef CHUNK
#define CHUNK 64 // inner indices of a chain: 32, 64, 128
#endif
#ifndef SPLITS
#define SPLITS 8 // parts: 1 (best where there are few m, as in a dense layer) to 64
#endif
#ifndef GROUP
#define GROUP 64 // items of a group of the sum: powers of two, 16 to 256
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

#define TAPS (KERNEL_H * KERNEL_W * IN_C)
#define TILES_M ((TAPS + TILE_M - 1) / TILE_M)
#define PART ((BATCH * OUT_H * OUT_W + SPLITS - 1) / SPLITS)
#define ITEMS_M (TILE_M / ITEM_M)
#define ITEMS_N (TILE_N / ITEM_N)
#define ITEMS (ITEMS_M * ITEMS_N)

#if TILE_M % ITEM_M || TILE_N % ITEM_N || TILE_K * TILE_M % ITEMS || TILE_K * TILE_N % ITEMS
#error "conv2d_backward_filter: the items do not divide the tile"
#endif
#if CHUNK % TILE_K
#error "conv2d_backward_filter: TILE_K does not divide CHUNK"
#endif

// A row of the group: what to add to a window's corner.
typedef struct {
  int row;
  int column;
  int channel;
} tap;

// Rows from TAPS on lie below every input: they read zeros, without a branch.
static inline tap tap_of(int k) {
  return (tap){k < TAPS ? k / (KERNEL_W * IN_C) : IN_H + TOP, k / IN_C % KERNEL_W, k % IN_C};
}

static inline float input_at(global const float *x, tap t, int m, int end) {
  const int row = m / OUT_W % OUT_H * STRIDE_H - TOP + t.row;
  const int column = m % OUT_W * STRIDE_W - LEFT + t.column;
  const int inside = m < end && row >= 0 && row < IN_H && column >= 0 && column < IN_W;
  const int n = m / (OUT_H * OUT_W);
  const float value = x[inside ? ((n * IN_H + row) * IN_W + column) * IN_C + t.channel : 0];
  return inside ? value : 0.0f;
}

kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_backward_filter(global const int4 *steps, const int step, global const float *x,
                            global const float *dy, global float *partials) {
  local float tile_x[TILE_K][TILE_M] __attribute__((aligned(16)));
  local float tile_dy[TILE_K][TILE_N] __attribute__((aligned(16)));
  local tap taps[TILE_M];

  const int item_n = get_local_id(0);
  const int item_m = get_local_id(1);
  const int item = item_m * ITEMS_N + item_n;
  const int part = get_group_id(1) / TILES_M;
  const int first_tap = get_group_id(1) % TILES_M * TILE_M;
  const int first_filter = get_group_id(0) * TILE_N;
  const int begin = part * PART;
  const int end = min(begin + PART, steps[step].x * (OUT_H * OUT_W));

  for (int k = item; k < TILE_M; k += ITEMS) {
    taps[k] = tap_of(first_tap + k);
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  float total[ITEM_M][ITEM_N];
  float sum[ITEM_M][ITEM_N];
  for (int m = 0; m < ITEM_M; m++) {
    for (int n = 0; n < ITEM_N; n++) {
      total[m][n] = 0.0f;
    }
  }
  for (int chunk = begin; chunk < end; chunk += CHUNK) {
    const int chunk_end = min(chunk + CHUNK, end);
    for (int m = 0; m < ITEM_M; m++) {
      for (int n = 0; n < ITEM_N; n++) {
        sum[m][n] = 0.0f;
      }
    }
    for (int k0 = chunk; k0 < chunk_end; k0 += TILE_K) {
      for (int e = item; e < TILE_K * TILE_M; e += ITEMS) {
        tile_x[e / TILE_M][e % TILE_M] = input_at(x, taps[e % TILE_M], k0 + e / TILE_M, end);
      }
      for (int e = item; e < TILE_K * TILE_N; e += ITEMS) {
        const int k = k0 + e / TILE_N;
        const int f = first_filter + e % TILE_N;
        const int inside = k < end && f < FILTERS;
        const float value = dy[inside ? k * FILTERS + f : 0];
        tile_dy[e / TILE_N][e % TILE_N] = inside ? value : 0.0f;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      for (int k = 0; k < TILE_K; k++) {
        for (int m = 0; m < ITEM_M; m++) {
          for (int n = 0; n < ITEM_N; n++) {
            const float input = tile_x[k][item_m * ITEM_M + m];
            sum[m][n] = fma(input, tile_dy[k][item_n * ITEM_N + n], sum[m][n]);
          }
        }
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int m = 0; m < ITEM_M; m++) {
      for (int n = 0; n < ITEM_N; n++) {
        total[m][n] += sum[m][n];
      }
    }
  }

  for (int m = 0; m < ITEM_M; m++) {
    const int k = first_tap + item_m * ITEM_M + m;
    for (int n = 0; n < ITEM_N; n++) {
      const int f = first_filter + item_n * ITEM_N + n;
      if (k < TAPS && f < FILTERS) {
        partials[(part * TAPS + k) * FILTERS + f] = total[m][n];
      }
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void conv2d_backward_filter_sum(global const float *partials, global float *dw) {
  for (int e = get_global_id(0); e < TAPS * FILTERS; e += get_global_size(0)) {
    float sum = partials[e];
    for (int part = 1; part < SPLITS; part++) {
      sum += partials[part * (TAPS * FILTERS) + e];
    }
    dw[e] = sum;
  }
}
