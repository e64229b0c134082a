// A convolution of stride 1 forward, or the gradient of its input, for graphics processors: a group
// brings the rows of images that it needs into local memory once, with zeros where a window looks
// outside, and every tap of the window reads them there.
//
//   DATA 0  y[n,i,j,f]  = bias[f] + sum over a, b, c of x[n, i+a-TOP, j+b-LEFT, c] * w[a,b,c,f]
//   DATA 1  dx[n,i,j,c] = sum over a, b, f of dy[n, i+TOP-a, j+LEFT-b, f] * w[a,b,c,f]
//
// The second is the first of dy with the taps in the opposite order, and channels and filters
// exchanged; below, source and target are x and y, or dy and dx. Outside the source its numbers are
// 0, so what is not finite in w makes NaN there.
//
// All images' rows are seen as one tall image whose neighbours share BORDER_H rows of zeros, and a
// row's end and the next one's beginning share BORDER_W. A group makes STRIP rows of the target, at
// whatever image they begin, and all their pixels are the rows of gemm_tile.cl's tile; then strips
// need not divide an image, and can fill the tile.
//
// Layouts, all row-major:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate)
//   source      [BATCH, SOURCE_H, SOURCE_W, SOURCE_C], read for the samples that the step has
//   w           [KERNEL_H, KERNEL_W, IN_C, FILTERS]
//   bias        [FILTERS], read if BIAS is 1
//   target      [BATCH, TARGET_H, TARGET_W, TARGET_C], fewer than 2^31 elements; only the samples
//               that the step has are written, or added to if ACCUMULATE is 1
//   partials    [strips, FILTERS] of (mean, sum of squared deviations from it) of a strip's pixels,
//               as far as the step has their samples, else zeros. Written if STATISTICS is 1
//   codes, picked, statistics, sums  as conv2d_backward.cl has them, with strips for tiles. The
//               first three are read, the last is written if SUMS is 1
// source, w and target begin at multiples of 16 bytes.
//
// Groups of TILE_N / ITEM_N by TILE_M / ITEM_M items, TILE_M at least STRIP * TARGET_W;
// ceil(BATCH * TARGET_H / STRIP) by ceil(TARGET_C / TILE_N) of them. SOURCE_C is a multiple of
// TILE_K, FILTERS and IN_C of four. Local memory: 4 * ROOM_OF_ROWS bytes for the rows, or as
// tile_results.cl needs, if that is more; and twice a tile of w, see gemm_tile.cl.
//
// The order of every sum follows from TILE_K, and for the last two from the tile.
#ifndef STRIP
#define STRIP 4 // rows of the target that a group makes
#define TILE_K 32
#endif
#include "conv2d_shape.cl"

#ifndef DATA
#define DATA 0
#endif
#ifndef BIAS
#define BIAS 1
#endif
#ifndef STATISTICS
#define STATISTICS !DATA
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0
#endif
#ifndef SUMS
#define SUMS 0
#endif

#if DATA
#define SOURCE_H OUT_H
#define SOURCE_W OUT_W
#define SOURCE_C FILTERS
#define TARGET_H IN_H
#define TARGET_W IN_W
#define TARGET_C IN_C
#define BEFORE_H (KERNEL_H - 1 - TOP)
#define BEFORE_W (KERNEL_W - 1 - LEFT)
#else
#define SOURCE_H IN_H
#define SOURCE_W IN_W
#define SOURCE_C IN_C
#define TARGET_H OUT_H
#define TARGET_W OUT_W
#define TARGET_C FILTERS
#define BEFORE_H TOP
#define BEFORE_W LEFT
#endif
#define BEHIND_H (TARGET_H + KERNEL_H - 1 - BEFORE_H - SOURCE_H)
#define BEHIND_W (TARGET_W + KERNEL_W - 1 - BEFORE_W - SOURCE_W)
#define GREATER(a, b) ((a) > (b) ? (a) : (b))
#define BORDER_H GREATER(BEFORE_H, GREATER(BEHIND_H, 0))
#define BORDER_W GREATER(BEFORE_W, GREATER(BEHIND_W, 0))
// Of an image with what it shares with the next.
#define PITCH_H (SOURCE_H + BORDER_H)
#define PITCH_W (SOURCE_W + BORDER_W)

// How often a strip can go on in another image, and the rows of the source that it then needs.
#define SEAMS \
  (TARGET_H % STRIP == 0   ? 0 \
   : STRIP % TARGET_H == 0 ? STRIP / TARGET_H - 1 \
                           : (STRIP + TARGET_H - 2) / TARGET_H)
#define ROWS (STRIP + KERNEL_H - 1 + SEAMS * (PITCH_H - TARGET_H))
// A pixel in local memory, and a row of them. What lies between a row's last window and the next
// row's first makes their pixels lie as far apart, in banks, as neighbours do.
#define CELL (TILE_K + 4)
#define LINE_PITCH (PITCH_W * CELL + (32 - (PITCH_W - TARGET_W) * CELL % 32) % 32)
// Before the first row windows look at a border, too.
#define LEAD (BORDER_W * CELL)
#define ROOM_OF_ROWS (LEAD + ROWS * LINE_PITCH)
#define QUADS (TILE_K / 4)

typedef struct {
  global const float *w;
  int first_column;
  int tap;
  int channel;
} source;

#define FOURS_B 1
#define ALONG_K_B(kind) DATA
#define FOURS_C 1
#define FOUR_M 1
#include "gemm_tile.cl"
#include "tile_results.cl"

// Tensor cores are done with a tap before the next one's weights are there: those are asked for two
// taps ahead, for which the loop over taps has no jumps.
#if TF32
#define AHEAD 2
#define TAPS_UNROLL WHOLE
#else
#define AHEAD 1
#define TAPS_UNROLL 1
#endif
#define TAPS (KERNEL_H * KERNEL_W)
// How many loads of a row's numbers are under way.
#define BROUGHT_UNROLL (WHOLE > 1 ? 8 : 1)

#if SOURCE_C % TILE_K || FILTERS % 4 || IN_C % 4 || STRIP * TARGET_W > TILE_M
#error "conv2d_strip: the channels or the strip do not fit the tile"
#endif

static inline run_b load_b(const source *from, const int kind, int k, int n) {
  const int column = from->first_column + n;
  const int channel = from->channel + k;
  const int inside = column < TARGET_C;
#if DATA
  const int tap = TAPS - 1 - from->tap;
  const int at = (tap * IN_C + column) * FILTERS + channel;
#else
  const int at = (from->tap * IN_C + channel) * FILTERS + column;
#endif
  return inside ? *(global const float4 *)(from->w + at) : (float4)(0.0f);
}

// Brings TILE_K channels of the rows from first_row of the tall image on, and zeros for all that is
// no pixel. An image's first row may lie before the first image: that is a border.
static inline void bring(global const float *from, const int first_row, const int size,
                         const int channel, local float *rows) {
#pragma unroll BROUGHT_UNROLL
  for (int j = 0; j < (ROOM_OF_ROWS / 4 + ITEMS - 1) / ITEMS; j++) {
    const int i = j * ITEMS + this_item();
    const int at_line = i - LEAD / 4;
    const int row = first_row + PITCH_H + at_line / (LINE_PITCH / 4);
    const int column = at_line % (LINE_PITCH / 4) / (CELL / 4);
    const int quad = at_line % (LINE_PITCH / 4) % (CELL / 4);
    const int n = row / PITCH_H - 1;
    const int line = row % PITCH_H;
    const int inside = at_line >= 0 && i < ROOM_OF_ROWS / 4 && column < SOURCE_W &&
                       quad < QUADS && line < SOURCE_H && n >= 0 && n < size;
    const int at = ((n * SOURCE_H + line) * SOURCE_W + column) * SOURCE_C + channel + quad * 4;
    const float4 four = inside ? *(global const float4 *)(from + at) : (float4)(0.0f);
    if (i < ROOM_OF_ROWS / 4) {
      *(local float4 *)(rows + i * 4) =
          (float4)(FACTOR(four.x), FACTOR(four.y), FACTOR(four.z), FACTOR(four.w));
    }
  }
}

// Where the item's pixels lie in local memory: what their window's first tap reads.
static inline void find(const int first, const int first_row, int cells[ITEM_M]) {
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int pixel = ROW(m) < STRIP * TARGET_W ? ROW(m) : 0;
    const int target = first + pixel / TARGET_W;
    const int row = target / TARGET_H * PITCH_H + target % TARGET_H - BEFORE_H - first_row;
    cells[m] = LEAD + row * LINE_PITCH + (pixel % TARGET_W - BEFORE_W) * CELL;
  }
}

static inline void multiply_strip(local const float *rows, const int cells[ITEM_M],
                                  local const float *tile_b, float sum[ITEM_M][ITEM_N]) {
#if TF32
  multiply_tf32(rows, cells, 1, tile_b, ALONG_K_B(0), sum);
#else
#pragma unroll WHOLE
  for (int k = 0; k < TILE_K; k += 4) {
    float a[ITEM_M][4];
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      const float4 four = *(local const float4 *)(rows + cells[m] + k);
      a[m][0] = four.x;
      a[m][1] = four.y;
      a[m][2] = four.z;
      a[m][3] = four.w;
    }
#pragma unroll WHOLE
    for (int i = 0; i < 4; i++) {
      float b[ITEM_N];
      read(tile_b + SPOT(0, k + i, COLUMN(0), TILE_N), ITEM_N, FOUR_N * ITEMS_N, b);
#pragma unroll WHOLE
      for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
        for (int n = 0; n < ITEM_N; n++) {
          sum[m][n] = fma(a[m][i], b[n], sum[m][n]);
        }
      }
    }
  }
#endif
}

// A tap's weights, zeros behind the last.
static inline void fetch_tap(global const float *w, const int first_column, const int tap,
                             const int channel, run_b *b) {
  const source taps = {w, tap < TAPS ? first_column : TARGET_C, tap, channel};
  fetch_b(&taps, 0, 0, b);
}

// Adds the sums over all channels and taps. Weights are under way while the taps before are
// multiplied.
static inline __attribute__((always_inline)) void sum_strip(global const float *from, global const float *w, const int first,
                             const int first_column, const int size, local float *rows,
                             local float *tile_b, float sum[ITEM_M][ITEM_N]) {
  const int first_row = first / TARGET_H * PITCH_H + first % TARGET_H - BEFORE_H;
  int cells[ITEM_M];
  find(first, first_row, cells);
  run_b b[AHEAD][MINE_B];
  for (int channel = 0; channel < SOURCE_C; channel += TILE_K) {
#pragma unroll WHOLE
    for (int tap = 0; tap < AHEAD; tap++) {
      fetch_tap(w, first_column, tap, channel, b[tap]);
    }
    bring(from, first_row, size, channel, rows);
    put_b(0, b[0], tile_b);
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll TAPS_UNROLL
    for (int tap = 0; tap < TAPS; tap++) {
      fetch_tap(w, first_column, tap + AHEAD, channel, b[tap % AHEAD]);
      multiply_strip(rows + tap / KERNEL_W * LINE_PITCH + tap % KERNEL_W * CELL, cells,
                     tile_b + tap % 2 * HALF_B, sum);
      put_b(0, b[(tap + 1) % AHEAD], tile_b + (tap + 1) % 2 * HALF_B);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
  }
}

// What follows the sums takes the rows' place.
#define SCRATCH ((STATISTICS + 2 * SUMS) * ITEMS_M * TILE_N + TILE_N)
#define ROOM GREATER(ROOM_OF_ROWS, SCRATCH)

#if DATA
kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_strip(global const int4 *steps, const int step, global const float *dy,
                  global const float *w, global float *dx, global const uchar *codes,
                  global const float *picked, global const float2 *statistics,
                  global float2 *sums) {
#else
kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_strip(global const int4 *steps, const int step, global const float *x,
                  global const float *w, global const float *bias, global float *y,
                  global float2 *partials) {
#endif
  local float rows[ROOM] __attribute__((aligned(16)));
  local float tile_b[2 * HALF_B] __attribute__((aligned(16)));

  const int strip = get_group_id(0);
  const int first = strip * STRIP;
  const int first_column = get_group_id(1) * TILE_N;
  const int size = steps[step].x;
  const int pixels = size * TARGET_H * TARGET_W - first * TARGET_W;
  const int count = clamp(pixels, 0, STRIP * TARGET_W);
  const int columns = TARGET_C - first_column;
  const int corner = first * TARGET_W * TARGET_C + first_column;

  float sum[ITEM_M][ITEM_N];
  clear(sum);
#if DATA
  sum_strip(dy, w, first, first_column, size, rows, tile_b, sum);
#if ACCUMULATE
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n++) {
      const int inside = ROW(m) < count && COLUMN(n) < columns;
      sum[m][n] += inside ? dx[corner + ROW(m) * TARGET_C + COLUMN(n)] : 0.0f;
    }
  }
#endif
  write(sum, dx + corner, TARGET_C, count, columns);
#if SUMS
  leave_sums(sum, count, columns, TARGET_C, codes + corner, picked + corner,
             statistics + first_column, (local float2 *)rows,
             sums + strip * TARGET_C + first_column);
#endif
#else
  sum_strip(x, w, first, first_column, size, rows, tile_b, sum);
#if BIAS
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n++) {
    const float b = COLUMN(n) < columns ? bias[first_column + COLUMN(n)] : 0.0f;
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      sum[m][n] += b;
    }
  }
#endif
  write(sum, y + corner, TARGET_C, count, columns);
#if STATISTICS
  leave_moments(sum, count, columns, rows + TILE_N, rows,
                partials + strip * TARGET_C + first_column);
#endif
#endif
}
