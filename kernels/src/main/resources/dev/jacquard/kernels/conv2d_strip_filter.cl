// The gradient of a convolution's kernel, of stride 1, for graphics processors: a group brings rows
// of images and of gradients into local memory, and every tap of the window reads them there.
//
//   dw[a,b,c,f] = sum over n, i, j of x[n, i+a-TOP, j+b-LEFT, c] * dy[n,i,j,f]
//
// An image's output is cut into strips of STRIP rows, the last of which may have fewer; these are
// shared among PARTS groups, and others add what they leave. A group has UNITS strips at a time,
// and the next ones are on their way meanwhile, as local_copy.cl has it. The rows of gemm_tile.cl's
// tile are the taps of TILE_C channels. Its inner indices are a strip's pixels: in fp32 those that
// exist, in tf32 the positions from the first pixel on, of which those between rows count as 0, as
// does what lies outside the input; so what is not finite there makes NaN.
//
// Layouts, all row-major:
//   steps  [steps] of (size, position in the epoch, global number, bits of the rate)
//   x      [BATCH, IN_H, IN_W, IN_C], read for the samples that the step has, as is dy
//   dy     [BATCH, OUT_H, OUT_W, FILTERS]
//   parts  [PARTS, KERNEL_H, KERNEL_W, IN_C, FILTERS]; parts without strips are zeros
// All begin at multiples of 16 bytes.
//
// Groups of TILE_N / ITEM_N by TAPS * TILE_C / ITEM_M items, in one dimension:
// PARTS * (IN_C / TILE_C) * ceil(FILTERS / TILE_N). TILE_C is a multiple of 8 that divides IN_C,
// FILTERS a multiple of four. Local memory: 4 * DEPTH * (X_ROOM + DY_ROOM) bytes; 47.5 KiB with the
// defaults.
//
// The order of every sum follows from STRIP and PARTS.
#ifndef STRIP
#define STRIP 4 // rows of dy
#define UNITS 1
#define PARTS 64
#define TILE_C 32
#define TILE_M 288 // KERNEL_H * KERNEL_W * TILE_C
#define TILE_N 32
#define ITEM_M 8
#define ITEM_N 4
#endif
#define TILE_K 8 // what tensor cores multiply at a time
#include "conv2d_shape.cl"

typedef struct {
  int none;
} source;

#define FOURS_B 1
#define FOURS_C 1
#include "gemm_tile.cl"
#include "local_copy.cl"

#define STRIPS ((OUT_H + STRIP - 1) / STRIP)
#define PART ((BATCH * STRIPS + PARTS - 1) / PARTS)
// Rows of both lie as far apart, so far that no window of a row meets the next one's pixels.
#define BEHIND_W (OUT_W + KERNEL_W - 1 - LEFT - IN_W)
#define PITCH_W (IN_W + GREATER(LEFT, GREATER(BEHIND_W, 0)))
#define ROWS (STRIP + KERNEL_H - 1)
#if TF32
#define POSITIONS ((STRIP * PITCH_W + TILE_K - 1) / TILE_K * TILE_K)
#else
#define POSITIONS (STRIP * PITCH_W)
#endif
// Items that read neighbouring pixels of neighbouring channels meet different banks.
#define CELL (TILE_C + 8)
#define GRADIENT (TILE_N + 8)
#define X_UNIT ((POSITIONS + (KERNEL_H - 1) * PITCH_W + KERNEL_W - 1) * CELL)
#define DY_UNIT (POSITIONS * GRADIENT)
#define X_ROOM (UNITS * X_UNIT)
#define DY_ROOM (UNITS * DY_UNIT)
#define X_QUADS (TILE_C / 4)
#define DY_QUADS (TILE_N / 4)
#define X_LINE (IN_W * X_QUADS)
#define DY_LINE (OUT_W * DY_QUADS)

#if TILE_M != KERNEL_H * KERNEL_W * TILE_C || IN_C % TILE_C || FILTERS % 4
#error "conv2d_strip_filter: the taps do not fit the tile"
#endif

// Asks for TILE_C channels of the rows that the strips from first to last - 1 read, or makes
// factors of what has arrived.
static inline __attribute__((always_inline)) void bring_x(const int here, global const float *x,
                                                          const int first, const int last,
                                                          local float *rows) {
#pragma unroll WHOLE
  for (int piece = 0; piece < PIECES(X_LINE); piece++) {
    const int quad = QUAD_OF(X_LINE, piece);
    const int place = quad / X_QUADS * IN_C + quad % X_QUADS * 4;
    local float *to = rows + (quad / X_QUADS + LEFT) * CELL + quad % X_QUADS * 4;
    if (HAS_LINES(X_LINE, piece)) {
#pragma unroll BROUGHT_UNROLL
      for (int l = 0; l < UNITS * ROWS; l += AT_ONCE(X_LINE)) {
        if (IS_LINE(l, X_LINE, UNITS * ROWS)) {
          const int line = l + LINE_OF(X_LINE);
          local float *at = to + line / ROWS * X_UNIT + line % ROWS * (PITCH_W * CELL);
          if (here) {
            make_factors(at);
          } else {
            const int unit = first + line / ROWS;
            const int row = unit % STRIPS * STRIP + line % ROWS - TOP;
            const int inside = unit < last && row >= 0 && row < IN_H;
            const int start = (unit / STRIPS * IN_H + row) * (IN_W * IN_C);
            bring_four(x + (inside ? start + place : 0), inside, at);
          }
        }
      }
    }
  }
}

// The same of TILE_N columns of the gradients.
static inline __attribute__((always_inline)) void bring_dy(const int here, global const float *dy,
                                                           const int first, const int last,
                                                           const int columns,
                                                           local float *gradients) {
#pragma unroll WHOLE
  for (int piece = 0; piece < PIECES(DY_LINE); piece++) {
    const int quad = QUAD_OF(DY_LINE, piece);
    const int f = quad % DY_QUADS * 4;
    const int place = quad / DY_QUADS * FILTERS + f;
    local float *to = gradients + quad / DY_QUADS * GRADIENT + f;
    if (HAS_LINES(DY_LINE, piece)) {
#pragma unroll BROUGHT_UNROLL
      for (int l = 0; l < UNITS * STRIP; l += AT_ONCE(DY_LINE)) {
        if (IS_LINE(l, DY_LINE, UNITS * STRIP)) {
          const int line = l + LINE_OF(DY_LINE);
          local float *at = to + line / STRIP * DY_UNIT + line % STRIP * (PITCH_W * GRADIENT);
          if (here) {
            make_factors(at);
          } else {
            const int unit = first + line / STRIP;
            const int row = unit % STRIPS * STRIP + line % STRIP;
            const int inside = unit < last && row < OUT_H && f < columns;
            const int start = (unit / STRIPS * OUT_H + row) * (OUT_W * FILTERS);
            bring_four(dy + (inside ? start + place : 0), inside, at);
          }
        }
      }
    }
  }
}

static inline __attribute__((always_inline)) void bring(global const float *x,
                                                        global const float *dy, const int first,
                                                        const int last, const int columns,
                                                        local float *rows,
                                                        local float *gradients) {
  if (first < last) {
    bring_x(0, x, first, last, rows);
    bring_dy(0, dy, first, last, columns, gradients);
  }
  sent();
}

// Adds the products of a strip.
static inline __attribute__((always_inline)) void multiply_unit(const int unit,
                                                                local const float *rows,
                                                                const int places[ITEM_M],
                                                                local const float *gradients,
                                                                float sum[ITEM_M][ITEM_N]) {
#if TF32
#pragma unroll 2
  for (int k = 0; k < POSITIONS; k += TILE_K) {
    multiply_tf32(rows + k * CELL, places, CELL, gradients + k * GRADIENT, 0, sum);
  }
#else
  // The last strip of an image may have fewer.
  const int count = OUT_H % STRIP ? min(STRIP, OUT_H - unit % STRIPS * STRIP) : STRIP;
  for (int row = 0; row < count; row++) {
#pragma unroll UNROLL
    for (int column = 0; column < OUT_W; column++) {
      const int position = row * PITCH_W + column;
      float a[ITEM_M];
      float b[ITEM_N];
#pragma unroll WHOLE
      for (int m = 0; m < ITEM_M; m += FOUR_M) {
        read(rows + position * CELL + places[m], FOUR_M, 0, a + m);
      }
      read(gradients + position * GRADIENT + COLUMN(0), ITEM_N, FOUR_N * ITEMS_N, b);
#pragma unroll WHOLE
      for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
        for (int n = 0; n < ITEM_N; n++) {
          sum[m][n] = fma(a[m], b[n], sum[m][n]);
        }
      }
    }
  }
#endif
}

kernel TILE_GROUP
void conv2d_strip_filter(global const int4 *steps, const int step, global const float *x,
                         global const float *dy, global float *parts) {
  local float rows[DEPTH * X_ROOM] __attribute__((aligned(16)));
  local float gradients[DEPTH * DY_ROOM] __attribute__((aligned(16)));

  const int tiles_n = (FILTERS + TILE_N - 1) / TILE_N;
  const int group = get_group_id(0);
  const int first_column = group % tiles_n * TILE_N;
  const int first_channel = group / tiles_n % (IN_C / TILE_C) * TILE_C;
  const int part = group / tiles_n / (IN_C / TILE_C);
  const int columns = FILTERS - first_column;
  const int first = part * PART;
  const int last = min(first + PART, steps[step].x * STRIPS);
  global const float *from = x + first_channel;
  global const float *by = dy + first_column;

  int places[ITEM_M];
  float sum[ITEM_M][ITEM_N];
  clear(sum);
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int tap = ROW(m) / TILE_C;
    places[m] = (tap / KERNEL_W * PITCH_W + tap % KERNEL_W) * CELL + ROW(m) % TILE_C;
  }
  // What is no pixel is never written again.
  for (int i = this_item(); i < DEPTH * X_ROOM / 4; i += ITEMS) {
    *(local float4 *)(rows + i * 4) = (float4)(0.0f);
  }
  for (int i = this_item(); i < DEPTH * DY_ROOM / 4; i += ITEMS) {
    *(local float4 *)(gradients + i * 4) = (float4)(0.0f);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int i = 0; i < DEPTH - 1; i++) {
    bring(from, by, first + i * UNITS, last, columns, rows + i * X_ROOM, gradients + i * DY_ROOM);
  }
  int turn = 0;
  for (int unit = first; unit < last; unit += UNITS) {
    local float *rows_here = rows + turn % DEPTH * X_ROOM;
    local float *gradients_here = gradients + turn % DEPTH * DY_ROOM;
#if DEPTH == 1
    barrier(CLK_LOCAL_MEM_FENCE);
    bring(from, by, unit, last, columns, rows, gradients);
#endif
    arrived();
    if (RAW) {
      bring_x(1, from, 0, 0, rows_here);
      bring_dy(1, by, 0, 0, 0, gradients_here);
    }
    // And all are done with what the next to come will take the place of.
    barrier(CLK_LOCAL_MEM_FENCE);
#if DEPTH > 1
    const int next = (turn + DEPTH - 1) % DEPTH;
    bring(from, by, unit + (DEPTH - 1) * UNITS, last, columns, rows + next * X_ROOM,
          gradients + next * DY_ROOM);
#endif
    for (int i = 0; i < UNITS; i++) {
      multiply_unit(unit + i, rows_here + i * X_UNIT, places, gradients_here + i * DY_UNIT, sum);
    }
    turn++;
  }
  global float *to = parts + part * (KERNEL_H * KERNEL_W * IN_C * FILTERS) + first_column;
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int tap = ROW(m) / TILE_C;
    const int row = (tap * IN_C + first_channel + ROW(m) % TILE_C) * FILTERS;
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n += RUN_C) {
      if (COLUMN(n) < columns) {
        global float *at = to + row + COLUMN(n);
#if RUN_C == 4
        *(global float4 *)at = (float4)(sum[m][n], sum[m][n + 1], sum[m][n + 2], sum[m][n + 3]);
#elif RUN_C == 2
        *(global float2 *)at = (float2)(sum[m][n], sum[m][n + 1]);
#else
        *at = sum[m][n];
#endif
      }
    }
  }
}
