// The derivative of conv2d_few_chain.cl with respect to the convolution's kernel and the norm's
// parameters, in one launch: for a first layer, whose input needs no gradient. Neither y nor its
// gradient is in memory. conv2d_few_window.cl has the parameters; there are NORM, POOL and CODES.
//
//   g  = kept ? dout * DROP_SCALE * (positive ? 1 : SLOPE) : 0   at the chosen element, 0 elsewhere
//   S1 = sum of g, S2 = sum of g * (y - mean), R = rows of y
//   dbeta = S1, dgamma = inverse * S2
//   dy = factor * (g - S1 / R - (y - mean) * inverse^2 * S2 / R), factor = gamma * inverse
//   dw[a,b,c,f] = sum over n, i, j of
//                 x[n, i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * dy[n,i,j,f]
//      = factor * (sum of x * g - m * S1 - inverse^2 * S2 * sum over the taps of cov * w)
//
// m and cov are the moments of the patches: the sums over x are known, and only those over the
// chosen elements are left. The bias has the gradient 0: the norm takes it away again.
//
// Layouts, all row-major, fewer than 2^31 elements each:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate); a size
//               is at least 1. Only the samples that the step has are read
//   stored, indices  the input, see conv2d_few_patch.cl
//   w           [KERNEL_H, KERNEL_W, X_C, CHANNELS]
//   moments     [steps, MOMENTS]: m, cov of each step's batch
//   statistics  [CHANNELS] of (mean, inverse)
//   sums        [SUM_TILES, CHANNELS] of a tile's share of (S1, S2); tiles beyond the size hold zeros
//   gamma, dgamma, dbeta  [CHANNELS]; without SCALE gamma is not read, nor dgamma written; nor
//               dbeta without CENTER
//   codes, dout [BATCH, OUT_H, OUT_W, CHANNELS]; codes are what the forward pass kept
//   parts       [PARTS, KERNEL_H, KERNEL_W, X_C, CHANNELS], which others add: part p is that of
//               strips p * PART to p * PART + PART - 1, PART = ceil(BATCH * STRIPS / PARTS),
//               whatever the step's size. What does not depend on g is in the last part, which has the
//               fewest strips
// All begin at multiples of 16 bytes.
//
// Groups: PARTS, of GROUP items. Each group merges all sums itself; group 0 also writes dgamma and
// dbeta. The order of every sum follows from the shapes, ROWS, LANES, PARTS and SUM_TILES alone.
// Local memory: 4 * PATCH bytes, and 4 * WIDTH * GROUP for each tap, but with no more than 18 KiB;
// 19.9 KiB with the defaults.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef LANES
#define WIDTH 2
#define GROUP 256
#define LANES 16
#endif
#include "conv2d_few_window.cl"

#ifndef SUM_TILES
#define SUM_TILES 196 // partial sums
#endif
#ifndef PARTS
#define PARTS 128 // tuning: as many as fill the device, at most one a strip
#endif

#if !NORM || !POOL || !CODES
#error "conv2d_few_chain_backward: there have to be NORM, POOL and CODES"
#endif

#define PART ((BATCH * STRIPS + PARTS - 1) / PARTS)

// Tiles that a lane loads at once: before any is added, so that it waits once for all.
#define AHEAD (WIDTH < 16 ? 16 / WIDTH : 1)

// Of [tiles, CHANNELS] pairs, those of the tiles first, first + LANES, ...; beyond the last tile they
// are the last one's, and do not count.
ALWAYS void load_tiles(global const float2 *pairs, int first, int tiles, int c, floats *ones,
                       floats *others) {
#pragma unroll WHOLE
  for (int i = 0; i < AHEAD; i++) {
    const int tile = min(first + i * LANES, tiles - 1);
    load_pairs(pairs + tile * CHANNELS + c, ones + i, others + i);
  }
}

// Adds what the chosen element of a window gives: of each channel another one.
ALWAYS void add_chosen(local const float *window, floats chosen, uints code, floats *totals) {
  float gradients[WIDTH] __attribute__((aligned(4 * WIDTH)));
  uint places[WIDTH] __attribute__((aligned(4 * WIDTH)));
  *(floats *)gradients = chosen;
  *(uints *)places = (code & 1u) * (uints)(BESIDE) + (code >> 1 & 1u) * (uints)(BELOW);
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    float x[WIDTH] __attribute__((aligned(4 * WIDTH)));
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
      x[i] = window[places[i] + TAP(tap)];
    }
    totals[tap] = fma(*(floats *)x, *(floats *)gradients, totals[tap]);
  }
}

// Adds what does not depend on which elements were chosen: -m * S1 - slope * cov * w.
ALWAYS void add_known(global const float *moments, global const float *w, floats sum, floats slope,
                      floats *totals) {
  floats taps[TAPS];
  load_taps(w, CHANNELS, taps);
#pragma unroll WHOLE
  for (int a = 0; a < TAPS; a++) {
    floats spread = 0.0f;
#pragma unroll WHOLE
    for (int b = 0; b < TAPS; b++) {
      const int place = a < b ? COVARIANCE(a, b) : COVARIANCE(b, a);
      spread = fma((floats)(moments[place]), taps[b], spread);
    }
    totals[a] -= fma((floats)(moments[a]), sum, slope * spread);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void conv2d_few_chain_backward(global const int4 *steps, const int step,
                               global const STORED *stored, global const int *indices,
                               global const float *w, global const float *moments,
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

  floats sum = 0.0f;
  floats products = 0.0f;
  for (int first = lane; first < SUM_TILES; first += AHEAD * LANES) {
    floats slopes[AHEAD], dots[AHEAD];
    load_tiles(sums, first, SUM_TILES, c, slopes, dots);
#pragma unroll WHOLE
    for (int i = 0; i < AHEAD; i++) {
      sum += first + i * LANES < SUM_TILES ? slopes[i] : (floats)(0.0f);
      products += first + i * LANES < SUM_TILES ? dots[i] : (floats)(0.0f);
    }
  }
  sum = added(sum, item, shared);
  products = added(products, item, shared);
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
      const floats chosen = gradient(next_dout, code);
      at += k + LANES < WINDOWS ? LANES * CHANNELS : 0;
      next_dout = LOAD(dout + at);
      next_codes = LOAD_CODES(codes + at);
      const int window = WINDOW(k / OUT_W * STRIDE, k % OUT_W * STRIDE);
      add_chosen(patch + window, chosen, code, totals);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (part == PARTS - 1 && lane == 0) {
    add_known(moments + step * MOMENTS, w + c, sum, dot * inverse, totals);
  }
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    totals[tap] *= factor;
  }
  add_taps(totals, item, shared, CHANNELS, CHANNELS, parts + part * (TAPS * CHANNELS));
}
