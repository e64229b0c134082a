// The derivative of conv2d_few_chain.cl with respect to the convolution's kernel and the norm's
// parameters, in one launch: for a first layer, whose input needs no gradient. Neither y nor its
// gradient is in memory. conv2d_few_window.cl has the parameters; there are NORM, POOL and CODES.
//
//   g  = kept ? dout * DROP_SCALE * (positive ? 1 : SLOPE) : 0   at the chosen element, 0 elsewhere
//   S1 = sum of g, S2 = sum of g * (y - mean), R = rows of y
//   dbeta = S1, dgamma = inverse * S2
//   dy = gamma * inverse * (g - S1 / R - (y - mean) * inverse^2 * S2 / R)
//      = factor * (g + offset + sum of x * tap), tap = -inverse^2 * S2 / R * w
//   dw[a,b,c,f] = sum over n, i, j of
//                 x[n, i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * dy[n,i,j,f]
//
// The bias has the gradient 0: the norm takes it away again.
//
// Layouts, all row-major, fewer than 2^31 elements each:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate); a size
//               is at least 1. Only the samples that the step has are read
//   stored, indices  the input, see conv2d_few_patch.cl
//   w, bias     [KERNEL_H, KERNEL_W, X_C, CHANNELS], [CHANNELS]; bias is read if BIAS is 1
//   statistics  [CHANNELS] of (mean, inverse)
//   sums        [tiles, CHANNELS] of a tile's share of (S1, S2); tile t is dout's rows t * SUM_TILE
//               to t * SUM_TILE + SUM_TILE - 1
//   gamma, dgamma, dbeta  [CHANNELS]; without SCALE gamma is not read, nor dgamma written; nor
//               dbeta without CENTER
//   codes, dout [BATCH, OUT_H, OUT_W, CHANNELS]; codes are what the forward pass kept
//   parts       [PARTS, KERNEL_H, KERNEL_W, X_C, CHANNELS], which others add: part p is that of
//               strips p * PART to p * PART + PART - 1, PART = ceil(BATCH * STRIPS / PARTS),
//               whatever the step's size; parts without strips are zeros
// All begin at multiples of 16 bytes.
//
// Groups: PARTS, of GROUP items. Each group merges all sums itself; group 0 also writes dgamma and
// dbeta. The order of every sum follows from the shapes, ROWS, LANES, PARTS and SUM_TILE alone.
// An item has all taps twice, so that WIDTH is best less than forward. Local memory: 4 * PATCH bytes,
// and 4 * WIDTH * GROUP for each tap, but with no more than 18 KiB; 19.9 KiB with the defaults.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef LANES
#define WIDTH 2
#define GROUP 256
#define LANES 16
#endif
#include "conv2d_few_window.cl"

#ifndef SUM_TILE
#define SUM_TILE 64 // rows of a partial sum
#endif
#ifndef PARTS
#define PARTS 128 // tuning: as many as fill the device, at most one a strip
#endif

#if !NORM || !POOL || !CODES
#error "conv2d_few_chain_backward: there have to be NORM, POOL and CODES"
#endif

#define PART ((BATCH * STRIPS + PARTS - 1) / PARTS)

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void conv2d_few_chain_backward(global const int4 *steps, const int step,
                               global const STORED *stored, global const int *indices,
                               global const float *w, global const float *bias,
                               global const float2 *statistics, global const float2 *sums,
                               global const float *gamma, global float *dgamma,
                               global float *dbeta, global const uchar *codes,
                               global const float *dout, global float *parts) {
  local float patch[PATCH];
  local floats shared[ITEMS * AT_ONCE];
  const int item = get_local_id(0);
  const int lane = item / COLUMNS;
  const int mine = item % COLUMNS < CHUNKS;
  const int c = mine ? item % COLUMNS * WIDTH : 0;
  const int size = steps[step].x;
  floats taps[TAPS];
  load_taps(w + c, CHANNELS, taps);

  floats sum = 0.0f;
  floats products = 0.0f;
  const int tiles = (size * (OUT_H * OUT_W) + SUM_TILE - 1) / SUM_TILE;
  for (int first = lane; first < tiles; first += AHEAD * LANES) {
    floats slopes[AHEAD], dots[AHEAD];
    load_tiles(sums, first, tiles, c, slopes, dots);
#pragma unroll WHOLE
    for (int i = 0; i < AHEAD; i++) {
      sum += first + i * LANES < tiles ? slopes[i] : (floats)(0.0f);
      products += first + i * LANES < tiles ? dots[i] : (floats)(0.0f);
    }
  }
  sum = added(sum, item, shared);
  products = added(products, item, shared);
  const float rows = size * (IN_H * IN_W);
  floats mean, inverse;
  load_pairs(statistics + c, &mean, &inverse);
  const floats dot = products * inverse;
  if (get_group_id(0) == 0 && lane == 0 && mine) {
    if (SCALE) {
      STORE(dot, dgamma + c);
    }
    if (CENTER) {
      STORE(sum, dbeta + c);
    }
  }
  const floats factor = SCALE ? LOAD(gamma + c) * inverse : inverse;
  // dy = factor * (g + slope * (y - mean) - S1 / R): the sums over x need no y of their own.
  const floats slope = -inverse * (dot / rows);
  const floats from_mean = (BIAS ? LOAD(bias + c) : (floats)(0.0f)) - mean;
  const floats offset = fma(slope, from_mean, -sum / rows);
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    taps[tap] *= slope;
  }

// Adds what one of the window's positions gives, if it is inside.
#define ADD(position, inside, in_patch)                                                         \
  do {                                                                                          \
    const floats from = winner == (uints)(position) ? chosen : offset;                          \
    const floats dy = sum_of(window + (in_patch), taps, from);                                  \
    add_gradient(window + (in_patch), (inside) ? dy : (floats)(0.0f), totals);                  \
  } while (0)

  floats totals[TAPS];
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    totals[tap] = 0.0f;
  }
  const int part = get_group_id(0);
  const int strips = min(size * STRIPS, (part + 1) * PART);
  for (int strip = part * PART; strip < strips; strip++) {
    const int top = strip % STRIPS * PATCH_ROWS;
    bring(stored, indices, step, strip / STRIPS, top, item, patch);
    barrier(CLK_LOCAL_MEM_FENCE);
    // What a window needs is loaded while the one before is computed.
    int at = (strip * WINDOWS + (lane < WINDOWS ? lane : 0)) * CHANNELS + c;
    floats next_dout = LOAD(dout + at);
    uchars next_codes = LOAD_CODES(codes + at);
    for (int k = lane; k < (mine ? WINDOWS : 0); k += LANES) {
      const uints code = FROM_CODES(next_codes);
      const floats chosen = gradient(next_dout, code) + offset;
      at += k + LANES < WINDOWS ? LANES * CHANNELS : 0;
      next_dout = LOAD(dout + at);
      next_codes = LOAD_CODES(codes + at);
      const int row = k / OUT_W * STRIDE;
      const int left = k % OUT_W * STRIDE;
      const int beside = left + 1 < IN_W ? 1 : 0;
      const int below = top + row + 1 < IN_H ? 1 : 0;
      const uints winner = code & (uints)(POSITION);
      local const float *window = patch + WINDOW(row, left);
      ADD(0, 1, 0);
      ADD(1, beside, beside * BESIDE);
      ADD(2, below, below * BELOW);
      ADD(3, beside && below, beside * BESIDE + below * BELOW);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    totals[tap] *= factor;
  }
  add_taps(totals, item, shared, CHANNELS, CHANNELS, parts + part * (TAPS * CHANNELS));
}
