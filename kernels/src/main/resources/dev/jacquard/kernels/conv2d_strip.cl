// A convolution of stride 1 forward, or the gradient of its input, for graphics processors: a group
// brings the rows of images that it needs, and the weights of all taps, into local memory, and
// multiplies without waiting for anything in between.
//
//   DATA 0  y[n,i,j,f]  = bias[f] + sum over a, b, c of x[n, i+a-TOP, j+b-LEFT, c] * w[a,b,c,f]
//   DATA 1  dx[n,i,j,c] = sum over a, b, f of dy[n, i+TOP-a, j+LEFT-b, f] * w[a,b,c,f]
//
// The second is the first of dy with the taps in the opposite order, and channels and filters
// exchanged; below, source and target are x and y, or dy and dx. Outside the source its numbers are
// 0, so what is not finite in w makes NaN there.
//
// All images' rows are seen as one tall image whose neighbours share BORDER_H rows of zeros, and a
// row's end and the next one's beginning share BORDER_W. A strip is STRIP rows of the target, at
// whatever image they begin, and all their pixels are the rows of gemm_tile.cl's tile; then strips
// need not divide an image, and can fill the tile. A group makes one strip after the other, and of
// each the sums over TILE_K channels after those over the ones before; what it needs for the next
// is on its way meanwhile, as local_copy.cl has it.
//
// In inference the first may end with what is left of a chain, see strip_chain.cl.
//
// Layouts, all row-major:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate)
//   from        the source, [BATCH, SOURCE_H, SOURCE_W, SOURCE_C], read for the samples that the
//               step has
//   w           [KERNEL_H, KERNEL_W, IN_C, FILTERS]
//   bias        [FILTERS], read if BIAS is 1
//   y, dx       the target, [BATCH, TARGET_H, TARGET_W, TARGET_C], fewer than 2^31 elements; only
//               the samples that the step has are written, or added to if ACCUMULATE is 1. With
//               POOL, [BATCH, ceil(TARGET_H / 2), ceil(TARGET_W / 2), TARGET_C]
//   partials    [strips, FILTERS] of (mean, sum of squared deviations from it) of a strip's pixels,
//               as far as the step has their samples, else zeros. Written if STATISTICS is 1
//   codes, picked, statistics, sums  as conv2d_backward.cl has them, with strips for tiles. The
//               first three are read, the last is written if SUMS is 1
// from, w and the target begin at multiples of 16 bytes.
//
// Groups of TILE_N / ITEM_N by TILE_M / ITEM_M items, TILE_M at least STRIP * TARGET_W, in one
// dimension: any multiple of ceil(TARGET_C / TILE_N), which share the strips. SOURCE_C is a
// multiple of TILE_K, FILTERS and IN_C of four. Local memory: DEPTH times the rows, 4 * ROOM bytes
// or as tile_results.cl needs, if that is more; and as often the weights, 4 * WEIGHTS bytes, or
// once, if TILE_K is all that there is. 33.5 KiB with the defaults.
//
// The order of every sum follows from TILE_K, and for the last two from the tile.
#ifndef STRIP
#define STRIP 4 // rows of the target that a group makes at a time
#define TILE_K 8 // channels of the source that it has at a time
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
// Both operands lie along k.
#define FOUR_N 1
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

typedef struct {
  int none;
} source;

#define FOURS_B 1
#define FOURS_C 1
#define FOUR_M 1
#include "gemm_tile.cl"
#include "local_copy.cl"
#include "tile_results.cl"
#include "strip_chain.cl"

#define BEHIND_H (TARGET_H + KERNEL_H - 1 - BEFORE_H - SOURCE_H)
#define BEHIND_W (TARGET_W + KERNEL_W - 1 - BEFORE_W - SOURCE_W)
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
#define QUADS (TILE_K / 4)
#define LINE_QUADS (SOURCE_W * QUADS)
// Floats behind a row's pixels, zeros for good.
#define BLANK (LINE_PITCH - SOURCE_W * CELL)

// Weights of a tap lie in lines: a filter's channels if DATA, else a channel's filters.
#if DATA
#define TAP_LINES TILE_N
#define TAP_QUADS QUADS
#define TAP_PITCH (TILE_K + 4)
#else
#define TAP_LINES TILE_K
#define TAP_QUADS (TILE_N / 4)
#define TAP_PITCH (TILE_N + 8)
#endif
#define TAPS (KERNEL_H * KERNEL_W)
#define WEIGHTS (TAPS * TAP_LINES * TAP_PITCH)

#define CHUNKS (SOURCE_C / TILE_K)
#define STRIPS ((BATCH * TARGET_H + STRIP - 1) / STRIP)
#define TILES_N ((TARGET_C + TILE_N - 1) / TILE_N)

// What follows the sums takes the rows' place.
#define SCRATCH \
  GREATER((STATISTICS + 2 * SUMS) * ITEMS_M * TILE_N + TILE_N, POOL * STRIP * TARGET_W * PART_PITCH)
#define ROOM GREATER(LEAD + ROWS * LINE_PITCH, SCRATCH)

#if TF32
#define TAPS_UNROLL (WHOLE > 1 ? KERNEL_W : 1)
#else
#define TAPS_UNROLL 1
#endif

#if SOURCE_C % TILE_K || FILTERS % 4 || IN_C % 4 || STRIP * TARGET_W > TILE_M
#error "conv2d_strip: the channels or the strip do not fit the tile"
#endif

// Zeros before the rows and behind each, which bring leaves alone.
static inline void clear_borders(local float *rows) {
  for (int i = this_item(); i < (LEAD + ROWS * BLANK) / 4; i += ITEMS) {
    const int behind = i * 4 - LEAD;
    const int at = behind < 0
                       ? i * 4
                       : LEAD + behind / GREATER(BLANK, 1) * LINE_PITCH + SOURCE_W * CELL +
                             behind % GREATER(BLANK, 1);
    *(local float4 *)(rows + at) = (float4)(0.0f);
  }
}

// The row of the tall image where a strip's windows begin.
static inline int row_of(const int strip) {
  const int first = strip * STRIP;
  return first / TARGET_H * PITCH_H + first % TARGET_H - BEFORE_H;
}

// Asks for TILE_K channels of the rows from first_row of the tall image on, and zeros for all that
// is no pixel; or makes factors of what has arrived. An image's first row may lie before the first
// image: that is a border.
static inline __attribute__((always_inline)) void bring_rows(const int here,
                                                             global const float *from,
                                                             const int first_row, const int size,
                                                             const int channel,
                                                             local float *rows) {
#pragma unroll WHOLE
  for (int piece = 0; piece < PIECES(LINE_QUADS); piece++) {
    const int quad = QUAD_OF(LINE_QUADS, piece);
    const int row0 = first_row + PITCH_H + LINE_OF(LINE_QUADS);
    const int place = quad / QUADS * SOURCE_C + channel + quad % QUADS * 4;
    local float *to = rows + LEAD + LINE_OF(LINE_QUADS) * LINE_PITCH + quad / QUADS * CELL +
                      quad % QUADS * 4;
    if (HAS_LINES(LINE_QUADS, piece)) {
#pragma unroll BROUGHT_UNROLL
      for (int l = 0; l < ROWS; l += AT_ONCE(LINE_QUADS)) {
        if (IS_LINE(l, LINE_QUADS, ROWS)) {
          if (here) {
            make_factors(to + l * LINE_PITCH);
          } else {
            const int n = (row0 + l) / PITCH_H - 1;
            const int line = (row0 + l) % PITCH_H;
            const int inside = line < SOURCE_H && n >= 0 && n < size;
            const int at = (n * SOURCE_H + line) * (SOURCE_W * SOURCE_C) + place;
            bring_four(from + (inside ? at : 0), inside, to + l * LINE_PITCH);
          }
        }
      }
    }
  }
}

// The same of the weights of all taps.
static inline __attribute__((always_inline)) void bring_weights(const int here,
                                                                global const float *w,
                                                                const int first_column,
                                                                const int channel,
                                                                local float *weights) {
#pragma unroll WHOLE
  for (int piece = 0; piece < PIECES(TAP_QUADS); piece++) {
    const int quad = QUAD_OF(TAP_QUADS, piece);
    local float *to = weights + LINE_OF(TAP_QUADS) * TAP_PITCH + quad * 4;
    if (HAS_LINES(TAP_QUADS, piece)) {
#pragma unroll BROUGHT_UNROLL
      for (int l = 0; l < TAPS * TAP_LINES; l += AT_ONCE(TAP_QUADS)) {
        if (IS_LINE(l, TAP_QUADS, TAPS * TAP_LINES)) {
          if (here) {
            make_factors(to + l * TAP_PITCH);
          } else {
            const int tap = (l + LINE_OF(TAP_QUADS)) / TAP_LINES;
            const int line = (l + LINE_OF(TAP_QUADS)) % TAP_LINES;
#if DATA
            const int inside = first_column + line < TARGET_C;
            const int at =
                ((TAPS - 1 - tap) * IN_C + first_column + line) * FILTERS + channel + quad * 4;
#else
            const int inside = first_column + quad * 4 < TARGET_C;
            const int at = (tap * IN_C + channel + line) * FILTERS + first_column + quad * 4;
#endif
            bring_four(w + (inside ? at : 0), inside, to + l * TAP_PITCH);
          }
        }
      }
    }
  }
}

// Where the item's pixels lie in local memory: what their window's first tap reads. Strips that
// begin and end with images, or lie within one, are alike.
static inline __attribute__((always_inline)) void find(const int strip, int cells[ITEM_M]) {
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    const int pixel = ROW(m) < STRIP * TARGET_W ? ROW(m) : 0;
    int row = pixel / TARGET_W;
    if (TARGET_H % STRIP != 0) {
      const int target = row + (STRIP % TARGET_H == 0 ? 0 : strip * STRIP);
      row = target / TARGET_H * PITCH_H + target % TARGET_H;
      row -= STRIP % TARGET_H == 0 ? 0 : BEFORE_H + row_of(strip);
    }
    cells[m] = LEAD + row * LINE_PITCH + (pixel % TARGET_W - BEFORE_W) * CELL;
  }
}

#if !TF32
// Four numbers along k of each of the item's columns.
static inline __attribute__((always_inline)) void read_columns(local const float *weights,
                                                               const int k, float b[4][ITEM_N]) {
#if DATA
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n++) {
    const float4 four = *(local const float4 *)(weights + COLUMN(n) * TAP_PITCH + k);
    b[0][n] = four.x;
    b[1][n] = four.y;
    b[2][n] = four.z;
    b[3][n] = four.w;
  }
#else
#pragma unroll WHOLE
  for (int i = 0; i < 4; i++) {
    read(weights + (k + i) * TAP_PITCH + COLUMN(0), ITEM_N, FOUR_N * ITEMS_N, b[i]);
  }
#endif
}
#endif

// Adds the products with a tap's weights.
static inline __attribute__((always_inline)) void multiply_tap(local const float *rows,
                                                               const int cells[ITEM_M],
                                                               local const float *weights,
                                                               float sum[ITEM_M][ITEM_N]) {
#if TF32
  multiply_tf32(rows, cells, 1, weights, DATA, sum);
#else
#pragma unroll WHOLE
  for (int k = 0; k < TILE_K; k += 4) {
    float a[ITEM_M][4];
    float b[4][ITEM_N];
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      read(rows + cells[m] + k, 4, 4, a[m]);
    }
    read_columns(weights, k, b);
#pragma unroll WHOLE
    for (int i = 0; i < 4; i++) {
#pragma unroll WHOLE
      for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
        for (int n = 0; n < ITEM_N; n++) {
          sum[m][n] = fma(a[m][i], b[i][n], sum[m][n]);
        }
      }
    }
  }
#endif
}

// What a group multiplies at a time is a stage, CHUNKS of each of its strips. Asks for what one
// needs; behind the last for nothing.
static inline __attribute__((always_inline)) void bring_stage(
    const int stage, const int stages, const int first, const int groups,
    global const float *from, global const float *w, const int first_column, const int size,
    local float *rows, local float *weights) {
  if (stage < stages) {
    const int strip = first + stage / CHUNKS * groups;
    const int channel = stage % CHUNKS * TILE_K;
    bring_rows(0, from, row_of(strip), size, channel, rows + stage % DEPTH * ROOM);
    if (CHUNKS > 1 || stage == 0) {
      bring_weights(0, w, first_column, channel, weights + stage % DEPTH * WEIGHTS);
    }
  }
  sent();
}

#if DATA
kernel TILE_GROUP
void conv2d_strip(global const int4 *steps, const int step, global const float *from,
                  global const float *w, global float *dx, global const uchar *codes,
                  global const float *picked, global const float2 *statistics,
                  global float2 *sums) {
#else
kernel TILE_GROUP
void conv2d_strip(global const int4 *steps, const int step, global const float *from,
                  global const float *w, global const float *bias, global float *y,
                  global float2 *partials) {
#endif
  local float rows[DEPTH * ROOM] __attribute__((aligned(16)));
  local float weights[(CHUNKS > 1 ? DEPTH : 1) * WEIGHTS] __attribute__((aligned(16)));

  const int size = steps[step].x;
  const int first_column = get_group_id(0) % TILES_N * TILE_N;
  const int columns = TARGET_C - first_column;
  const int group = get_group_id(0) / TILES_N;
  const int groups = get_num_groups(0) / TILES_N;
  const int stages = group < STRIPS ? (STRIPS - 1 - group) / groups * CHUNKS + CHUNKS : 0;

  for (int i = 0; i < DEPTH; i++) {
    clear_borders(rows + i * ROOM);
  }
  for (int i = 0; i < DEPTH - 1; i++) {
    bring_stage(i, stages, group, groups, from, w, first_column, size, rows, weights);
  }
  float sum[ITEM_M][ITEM_N];
  int cells[ITEM_M];
  int stage = 0;
  for (int strip = group; strip < STRIPS; strip += groups) {
    find(strip, cells);
    clear(sum);
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      local float *here = rows + stage % DEPTH * ROOM;
      local float *with = weights + (CHUNKS > 1 ? stage % DEPTH * WEIGHTS : 0);
#if DEPTH == 1
      barrier(CLK_LOCAL_MEM_FENCE);
      bring_stage(stage, stages, group, groups, from, w, first_column, size, rows, weights);
#endif
      arrived();
      if (RAW) {
        bring_rows(1, from, 0, 0, 0, here);
        if (CHUNKS > 1 || stage == 0) {
          bring_weights(1, w, 0, 0, with);
        }
      }
      // And all are done with what the next to come will take the place of.
      barrier(CLK_LOCAL_MEM_FENCE);
#if DEPTH > 1
      bring_stage(stage + DEPTH - 1, stages, group, groups, from, w, first_column, size, rows,
                  weights);
#endif
#pragma unroll TAPS_UNROLL
      for (int tap = 0; tap < TAPS; tap++) {
        multiply_tap(here + tap / KERNEL_W * LINE_PITCH + tap % KERNEL_W * CELL, cells,
                     with + tap * (TAP_LINES * TAP_PITCH), sum);
      }
      stage++;
    }
    local float *scratch = rows + (stage - 1) % DEPTH * ROOM;
    const int pixels = (size * TARGET_H - strip * STRIP) * TARGET_W;
    const int count = clamp(pixels, 0, STRIP * TARGET_W);
    const int corner = strip * (STRIP * TARGET_W * TARGET_C) + first_column;
    const int place = strip * TARGET_C + first_column;
#if DATA
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
    barrier(CLK_LOCAL_MEM_FENCE);
    leave_sums(sum, count, columns, TARGET_C, codes + corner, picked + corner,
               statistics + first_column, (local float2 *)scratch, sums + place);
#endif
#else
    finish(sum, bias + first_column, columns);
#if POOL
    leave_pooled(sum, strip, size, columns, scratch, y + first_column);
#else
    write(sum, y + corner, TARGET_C, count, columns);
#endif
#if STATISTICS
    barrier(CLK_LOCAL_MEM_FENCE);
    leave_moments(sum, count, columns, scratch + TILE_N, scratch, partials + place);
#endif
#endif
#if STATISTICS || SUMS || POOL
    barrier(CLK_LOCAL_MEM_FENCE);
    clear_borders(scratch);
#endif
  }
}
