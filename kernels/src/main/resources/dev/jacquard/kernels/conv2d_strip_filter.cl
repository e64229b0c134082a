// The gradient of a convolution's kernel, of stride 1, by tensor cores: a group brings the rows of
// images that it needs into local memory once, and every tap of the window reads them there.
//
//   dw[a,b,c,f] = sum over n, i, j of x[n, i+a-TOP, j+b-LEFT, c] * dy[n,i,j,f]
//
// An image's output is cut into strips of STRIP rows, the last of which may have fewer; these are
// shared among PARTS groups, and others add what they leave. The rows of gemm_tile.cl's tile are
// the taps of TILE_C channels, its inner indices the TILE_K pixels of a row, of which those beyond
// OUT_W count as 0, as does what lies outside the input; so what is not finite there makes NaN.
//
// Layouts, all row-major:
//   steps  [steps] of (size, position in the epoch, global number, bits of the rate)
//   x      [BATCH, IN_H, IN_W, IN_C], read for the samples that the step has, as is dy
//   dy     [BATCH, OUT_H, OUT_W, FILTERS]
//   parts  [PARTS, KERNEL_H, KERNEL_W, IN_C, FILTERS]; parts without strips are zeros
// All begin at multiples of 16 bytes.
//
// Groups of TILE_N / ITEM_N by TAPS * TILE_C / ITEM_M items, in one dimension:
// PARTS * (IN_C / TILE_C) * ceil(FILTERS / TILE_N). TF32 is 1, TILE_C a multiple of 8 that
// divides IN_C, FILTERS a multiple of four, TILE_K one of 8 and at least OUT_W.
// Local memory: 4 * (ROWS * LINE_PITCH + STRIP * TILE_K * (TILE_N + 8)) bytes; 43.2 KiB with the
// defaults.
//
// The order of every sum follows from STRIP, PARTS and TILE_K.
#ifndef STRIP
#define STRIP 5 // rows of dy in local memory at a time
#define PARTS 64
#define TILE_C 32
#define TILE_M 288 // KERNEL_H * KERNEL_W * TILE_C
#define TILE_N 64
#define TILE_K 16
#define ITEM_M 4
#define ITEM_N 16
#define TF32 1
#endif
#include "conv2d_shape.cl"

typedef struct {
  int none;
} source;

#define FOURS_B 1
#define FOURS_C 1
#include "gemm_tile.cl"

#define STRIPS ((OUT_H + STRIP - 1) / STRIP)
#define PART ((BATCH * STRIPS + PARTS - 1) / PARTS)
#define ROWS (STRIP + KERNEL_H - 1)
// Items that read neighbouring pixels of neighbouring channels meet different banks.
#define CELL (TILE_C + 8)
#define LINE_PITCH ((TILE_K + KERNEL_W - 1) * CELL)
#define GRADIENT (TILE_N + 8)
#define BROUGHT_UNROLL (WHOLE > 1 ? 4 : 1)

#if TILE_M != KERNEL_H * KERNEL_W * TILE_C || IN_C % TILE_C || FILTERS % 4 || OUT_W > TILE_K
#error "conv2d_strip_filter: the taps or the pixels do not fit the tile"
#endif

static inline float4 factors(float4 four) {
  return (float4)(FACTOR(four.x), FACTOR(four.y), FACTOR(four.z), FACTOR(four.w));
}

// Brings TILE_C channels of the rows that a strip reads.
static inline void bring_rows(global const float *image, const int first_row, local float *rows) {
#pragma unroll BROUGHT_UNROLL
  for (int j = 0; j < (ROWS * LINE_PITCH / 4 + ITEMS - 1) / ITEMS; j++) {
    const int i = j * ITEMS + this_item();
    const int row = first_row + i / (LINE_PITCH / 4);
    const int column = i % (LINE_PITCH / 4) / (CELL / 4) - LEFT;
    const int quad = i % (CELL / 4);
    const int inside = i < ROWS * LINE_PITCH / 4 && row >= 0 && row < IN_H && column >= 0 &&
                       column < IN_W && quad < TILE_C / 4;
    const int at = inside ? (row * IN_W + column) * IN_C + quad * 4 : 0;
    const float4 four = inside ? *(global const float4 *)(image + at) : (float4)(0.0f);
    if (i < ROWS * LINE_PITCH / 4) {
      *(local float4 *)(rows + i * 4) = factors(four);
    }
  }
}

// Brings TILE_N columns of the strip's gradients.
static inline void bring_gradients(global const float *image, const int first_row,
                                   const int columns, local float *gradients) {
#pragma unroll BROUGHT_UNROLL
  for (int j = 0; j < (STRIP * TILE_K * (TILE_N / 4) + ITEMS - 1) / ITEMS; j++) {
    const int i = j * ITEMS + this_item();
    const int pixel = i / (TILE_N / 4);
    const int row = first_row + pixel / TILE_K;
    const int f = i % (TILE_N / 4) * 4;
    const int inside = i < STRIP * TILE_K * (TILE_N / 4) && row < OUT_H &&
                       pixel % TILE_K < OUT_W && f < columns;
    const int at = inside ? (row * OUT_W + pixel % TILE_K) * FILTERS + f : 0;
    const float4 four = inside ? *(global const float4 *)(image + at) : (float4)(0.0f);
    if (i < STRIP * TILE_K * (TILE_N / 4)) {
      *(local float4 *)(gradients + pixel * GRADIENT + f) = factors(four);
    }
  }
}

kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_strip_filter(global const int4 *steps, const int step, global const float *x,
                         global const float *dy, global float *parts) {
  local float rows[ROWS * LINE_PITCH] __attribute__((aligned(16)));
  local float gradients[STRIP * TILE_K * GRADIENT] __attribute__((aligned(16)));

  const int tiles_n = (FILTERS + TILE_N - 1) / TILE_N;
  const int group = get_group_id(0);
  const int first_column = group % tiles_n * TILE_N;
  const int first_channel = group / tiles_n % (IN_C / TILE_C) * TILE_C;
  const int part = group / tiles_n / (IN_C / TILE_C);
  const int columns = FILTERS - first_column;
  const int first = part * PART;
  const int last = min(first + PART, steps[step].x * STRIPS);

  int places[ITEM_M];
  float sum[ITEM_M][ITEM_N];
  clear(sum);
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int tap = ROW(m) / TILE_C;
    places[m] = tap / KERNEL_W * LINE_PITCH + tap % KERNEL_W * CELL + ROW(m) % TILE_C;
  }
  for (int strip = first; strip < last; strip++) {
    const int n = strip / STRIPS;
    const int row = strip % STRIPS * STRIP;
    barrier(CLK_LOCAL_MEM_FENCE);
    bring_rows(x + n * (IN_H * IN_W * IN_C) + first_channel, row - TOP, rows);
    bring_gradients(dy + n * (OUT_H * OUT_W * FILTERS) + first_column, row, columns, gradients);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int line = 0; line < STRIP; line++) {
      multiply_tf32(rows + line * LINE_PITCH, places, CELL, gradients + line * TILE_K * GRADIENT, 0,
                    sum);
    }
  }
  global float *to = parts + part * (KERNEL_H * KERNEL_W * IN_C * FILTERS) + first_column;
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int tap = ROW(m) / TILE_C;
    const int row = (tap * IN_C + first_channel + ROW(m) % TILE_C) * FILTERS;
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n += 2) {
      if (COLUMN(n) < columns) {
        *(global float2 *)(to + row + COLUMN(n)) = (float2)(sum[m][n], sum[m][n + 1]);
      }
    }
  }
}
