// Gradients of a convolution's input and of its kernel, side by side in one launch.
//
//   dx[n,i,j,c] = sum over a, b, f of dy[n, (i + TOP - a) / STRIDE_H, (j + LEFT - b) / STRIDE_W, f]
//                 * w[a,b,c,f], where both divisions leave no remainder and meet the output
//   dw[a,b,c,f] = sum over n, i, j of
//                 x[n, i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * dy[n,i,j,f]
//
// as two matrix products; dy and x are gathered, not unfolded:
//   DATA    row m = (n, i, j) of the input, column c, inner index k = (a, b, f)
//   FILTER  row m = (a, b, c), column f, inner index k = (n, i, j) of the output, cut into PARTS
//           that others add. Part p is k = p * PART to p * PART + PART - 1 of the full batch,
//           PART = ceil(BATCH * OUT_H * OUT_W / PARTS), whatever the step's size
// What the window does not meet counts as 0 in x and in dy, so what is not finite in the other
// factor makes NaN of elements that it meets only there. An element that no output reads gets 0.
// With strides, one in STRIDE_H * STRIDE_W products of dx is not 0; they are computed all the same.
// The body is a GPU's; it is correct on processors, but slow.
//
// If the input is what a chain of normalisation and the like put out, the groups of dx also sum
// what that chain's backward pass needs of its channels, while they have the tile in registers:
//   g = kept ? dx * DROP_SCALE * (positive ? 1 : SLOPE) : 0, with CODES 0: g = dx
//
// Layouts, all row-major:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate)
//   stored      [samples, IN_H, IN_W, IN_C] of STORED; x = stored * SCALE + OFFSET. Read for the
//               samples that the step has, if FILTER is 1
//   indices     [steps, BATCH], the number of sample n of a step in stored; read if GATHER is 1,
//               otherwise stored holds the batch itself
//   dy          [BATCH, OUT_H, OUT_W, FILTERS], read for the samples that the step has
//   w           [KERNEL_H, KERNEL_W, IN_C, FILTERS], read if DATA is 1
//   dx          [BATCH, IN_H, IN_W, IN_C], fewer than 2^31 elements; only the samples that the step
//               has are written, or added to if ACCUMULATE is 1
//   codes       [BATCH, IN_H, IN_W, IN_C]: bit 2 kept, bit 3 positive; read if CODES is 1
//   picked      [BATCH, IN_H, IN_W, IN_C], what the chain was given where its output comes from
//   statistics  [SUM_CHANNELS] of (mean, 1 / sqrt(variance + epsilon)) of what the chain was given.
//               SUM_CHANNELS are the channels of a pixel of what the chain put out: less than IN_C if
//               it was flattened, and then a multiple of TILE_N
//   sums        [tiles, IN_C] of (sum of g, sum of g * (picked - mean)) over the rows of a tile;
//               tile t is rows t * TILE_M to t * TILE_M + TILE_M - 1, cut off at the size. Tiles
//               beyond the size hold zeros. Written if SUMS is 1
//   parts       [PARTS, KERNEL_H, KERNEL_W, IN_C, FILTERS]; parts without rows are zeros
// stored, dy, w, dx and parts begin at multiples of 16 bytes.
//
// A work-group of TILE_N / ITEM_N by TILE_M / ITEM_M items makes a tile of TILE_M rows by TILE_N
// columns, see gemm_tile.cl for the tuning parameters. Groups, in one dimension: if DATA,
// ceil(BATCH * IN_H * IN_W / TILE_M) * ceil(IN_C / TILE_N), then, if FILTER,
// PARTS * ceil(KERNEL_H * KERNEL_W * IN_C / TILE_M) * ceil(FILTERS / TILE_N).
// Local memory: gemm_tile.cl's and 12 * TILE_M bytes, and with SUMS 8 * TILE_M / ITEM_M * TILE_N;
// 13.3 or 17.3 KiB with the defaults.
//
// The order of every sum follows from the shapes, the tile and PARTS alone. One of dw is a chain of
// PART products: keep PART within a few hundred.
#include "conv2d_shape.cl"

#ifndef DATA
#define DATA 1
#endif
#ifndef FILTER
#define FILTER 1
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0
#endif
#ifndef PARTS
#define PARTS 25 // tuning: as many as fill the device beside the tiles of dx
#endif
#ifndef SUMS
#define SUMS 0
#endif
#ifndef SUM_CHANNELS
#define SUM_CHANNELS IN_C
#endif
#if !DATA && (!FILTER || SUMS)
#error "conv2d_backward: there is nothing to do, or nothing to sum"
#endif

#define PART ((BATCH * OUT_H * OUT_W + PARTS - 1) / PARTS)
#define TAPS (KERNEL_H * KERNEL_W * IN_C)

// A row of the group. Of dx: an element's place in its image, shifted by the padding, and where its
// sample begins in dy. Of dw: what to add to a window's corner, and the channel.
typedef struct {
  int row;
  int column;
  int first;
} place;

// What a group computes: its columns from first_column on, its inner indices from begin on.
typedef struct {
  global const STORED *stored;
  global const int *indices;
  global const float *dy;
  global const float *w;
  local const place *places;
  int first_column;
  int begin;
  int inner;
} source;

#define FOURS_A ((!DATA || FILTERS % 4 == 0) && (!FILTER || IN_C % 4 == 0))
#define FOURS_B (FILTERS % 4 == 0)
#define FOURS_C ((!DATA || IN_C % 4 == 0) && (!FILTER || FILTERS % 4 == 0))
// The kinds of product.
#define OF_FILTER 0
#define OF_DATA 1
#define ALONG_K_A(kind) ((kind) == OF_DATA)
#define ALONG_K_B(kind) ((kind) == OF_DATA)
#include "gemm_tile.cl"
#include "tile_results.cl"

#if SUM_CHANNELS != IN_C && SUM_CHANNELS % TILE_N
#error "conv2d_backward: a tile must lie within a pixel's channels"
#endif

#define DATA_TILES_M ((BATCH * IN_H * IN_W + TILE_M - 1) / TILE_M)
#define DATA_TILES_N ((IN_C + TILE_N - 1) / TILE_N)
#define FILTER_TILES_M ((TAPS + TILE_M - 1) / TILE_M)
#define FILTER_TILES_N ((FILTERS + TILE_N - 1) / TILE_N)

// Rows beyond the last get a place that no output meets, or that lies below every input: they read
// zeros, without a branch.
static inline place place_of(int data, int row, int rows) {
  const int inside = row < rows;
  const int n = inside ? row / (IN_H * IN_W) : 0;
  return data ? (place){inside ? row / IN_W % IN_H + TOP : -1, row % IN_W + LEFT,
                        n * (OUT_H * OUT_W * FILTERS)}
              : (place){inside ? row / (KERNEL_W * IN_C) : IN_H + TOP, row / IN_C % KERNEL_W,
                        row % IN_C};
}

static inline run_a gradient_at(const source *from, place p, int k) {
  const int row = p.row - k / (KERNEL_W * FILTERS);
  const int column = p.column - k / FILTERS % KERNEL_W;
  const int i = row / STRIDE_H;
  const int j = column / STRIDE_W;
  const int inside = k < from->inner && row >= 0 && i < OUT_H && i * STRIDE_H == row &&
                     column >= 0 && j < OUT_W && j * STRIDE_W == column;
  const int offset = inside ? p.first + (i * OUT_W + j) * FILTERS + k % FILTERS : 0;
  global const run_a *at = (global const run_a *)(from->dy + offset);
  return inside ? *at : (run_a)(0.0f);
}

static inline run_a input_at(const source *from, place p, int k) {
  const int pixel = from->begin + k;
  const int row = pixel / OUT_W % OUT_H * STRIDE_H - TOP + p.row;
  const int column = pixel % OUT_W * STRIDE_W - LEFT + p.column;
  const int inside = k < from->inner && row >= 0 && row < IN_H && column >= 0 && column < IN_W;
  const int n = inside ? pixel / (OUT_H * OUT_W) : 0;
#if GATHER
  const ulong number = from->indices[n];
#else
  const ulong number = n;
#endif
  const int offset = inside ? (row * IN_W + column) * IN_C + p.first : 0;
  global const STORED *at = from->stored + number * (IN_H * IN_W * IN_C) + offset;
#if FOURS_A
  return inside ? NUMBERS(at) : (float4)(0.0f);
#else
  return inside ? NUMBER(at) : 0.0f;
#endif
}

static inline run_a load_a(const source *from, const int kind, int m, int k) {
  const place p = from->places[m];
  return kind == OF_DATA ? gradient_at(from, p, k) : input_at(from, p, k);
}

static inline run_b load_b(const source *from, const int kind, int k, int n) {
  const int column = from->first_column + n;
  const int inside = k < from->inner && column < (kind == OF_DATA ? IN_C : FILTERS);
  const int offset = kind == OF_DATA ? (k / FILTERS * IN_C + column) * FILTERS + k % FILTERS
                                : (from->begin + k) * FILTERS + column;
  global const float *at = (kind == OF_DATA ? from->w : from->dy) + (inside ? offset : 0);
  return inside ? *(global const run_b *)at : (run_b)(0.0f);
}

kernel __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
void conv2d_backward(global const int4 *steps, const int step, global const STORED *stored,
                     global const int *indices, global const float *dy, global const float *w,
                     global float *dx, global const uchar *codes, global const float *picked,
                     global const float2 *statistics, global float2 *sums, global float *parts) {
  local float tile_a[2 * HALF_A] __attribute__((aligned(16)));
  local float tile_b[2 * HALF_B] __attribute__((aligned(16)));
  local place places[TILE_M];

  const int group = get_group_id(0);
  const int data = !FILTER ? 1 : DATA ? group < DATA_TILES_M * DATA_TILES_N : 0;
  const int tile = data ? group : group - DATA * DATA_TILES_M * DATA_TILES_N;
  const int line = data ? tile / DATA_TILES_N : tile / FILTER_TILES_N;
  const int first_column = (data ? tile % DATA_TILES_N : tile % FILTER_TILES_N) * TILE_N;
  const int first_row = (data ? line : line % FILTER_TILES_M) * TILE_M;
  const int part = data ? 0 : line / FILTER_TILES_M;

  const int size = steps[step].x;
  const int rows = data ? size * (IN_H * IN_W) : TAPS;
  const int columns = data ? IN_C : FILTERS;
  const int count = clamp(rows - first_row, 0, TILE_M);
  const int pixels = clamp(size * (OUT_H * OUT_W) - part * PART, 0, PART);
  const int inner = data ? (count > 0 ? KERNEL_H * KERNEL_W * FILTERS : 0) : pixels;

  for (int m = this_item(); m < TILE_M; m += ITEMS) {
    places[m] = place_of(data, first_row + m, rows);
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  float sum[ITEM_M][ITEM_N];
  const source from = {stored, indices + step * BATCH, dy,   w, places,
                       first_column, part * PART,       inner};
  clear(sum);
  // A group makes one of them; the other has no inner indices.
#if DATA
  product(&from, OF_DATA, data ? inner : 0, tile_a, tile_b, sum);
#endif
#if FILTER
  product(&from, OF_FILTER, data ? 0 : inner, tile_a, tile_b, sum);
#endif

  const int corner = first_row * columns + first_column;
#if ACCUMULATE
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n++) {
      const int inside = data && ROW(m) < count && first_column + COLUMN(n) < IN_C;
      sum[m][n] += inside ? dx[corner + ROW(m) * IN_C + COLUMN(n)] : 0.0f;
    }
  }
#endif
  global float *to = data ? dx : parts + part * (TAPS * FILTERS);
  write(sum, to + corner, columns, count, columns - first_column);

#if SUMS
  // Groups of dw come along for the barrier, and read and write nothing.
  local float2 column[ITEMS_M * TILE_N];
  leave_sums(sum, data ? count : 0, data ? IN_C - first_column : 0, IN_C, codes + data * corner,
             picked + data * corner, statistics + data * (first_column % SUM_CHANNELS), column,
             sums + data * (line * IN_C + first_column));
#endif
}
