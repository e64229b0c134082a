// A convolution of few input channels, and batch norm, ReLU or LeakyReLU, dropout and 2x2
// max-pooling behind it, forward, in one pass; all but the convolution are optional.
// conv2d_few_window.cl has the parameters. It computes the convolution's output y as conv2d_few.cl
// does, and what chain_forward.cl makes of it, without ever storing it.
//
//   z = gamma[c] * (y - mean[c]) / sqrt(variance[c] + EPSILON) + beta[c], or y without NORM;
//       +0 where dropped
//   out = DROP_SCALE * (best > 0 ? best : SLOPE * best), best the maximum of z over the window
//
// With NORM, mean and the biased variance are the batch's, and the moving statistics become
// MOMENTUM * moving + (1 - MOMENTUM) * batch. They follow from the moments of the patches, which
// conv2d_few_moments.cl made before there were these weights:
//
//   mean = bias + sum of w[a] * m[a], variance = sum over a and b of w[a] * cov[a,b] * w[b]
//
// Without NORM none of its arguments is touched; inference has it folded into w and bias.
//
// Layouts, all row-major, fewer than 2^31 elements each:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate); a size
//               is at least 1. Only the samples that the step has are read and written
//   stored, indices  the input, see conv2d_few_patch.cl
//   w, bias     [KERNEL_H, KERNEL_W, X_C, CHANNELS], [CHANNELS]; bias is read if BIAS is 1
//   moments     [steps, MOMENTS]: m, cov of each step's batch
//   gamma, beta, moving_mean, moving_variance  [CHANNELS]; without SCALE gamma is not read, without
//               CENTER beta is not
//   statistics  [CHANNELS] of (mean, 1 / sqrt(variance + EPSILON)), for backward
//   out         [BATCH, OUT_H, OUT_W, CHANNELS]
//   codes       [BATCH, OUT_H, OUT_W, CHANNELS], with CODES: what backward needs, see chain.cl
//   picked      [BATCH, OUT_H, OUT_W, CHANNELS], with PICKS: the y of the chosen elements
// All begin at multiples of 16 bytes.
//
// Groups of GROUP items, as many as the device likes: they take the strips in turn. Every item
// computes its channels' mean and variance; group 0 also writes the statistics. The draws of a strip
// are made once, by all items, and shared.
// Local memory: 4 * PATCH bytes, and a strip's draws with DROP, DROP_BITS for each element and up to
// 30 bytes more; 5.0 KiB with the defaults.
#pragma OPENCL FP_CONTRACT OFF
#include "conv2d_few_window.cl"
#include "chain_draws.cl"

#ifndef BIAS
#define BIAS 1 // whether the convolution has one
#endif
#ifndef PICKS
#define PICKS 1 // whether there is picked
#endif
#ifndef EPSILON
#define EPSILON 1e-3f
#endif
#ifndef MOMENTUM
#define MOMENTUM 0.99f
#endif

#define STRIP_ELEMENTS (PATCH_ROWS * IN_W * CHANNELS)
#define STRIP_BLOCKS (DROP ? (STRIP_ELEMENTS + PER_BLOCK - 2) / PER_BLOCK + 1 : 1)

// Which of WIDTH channels are kept, from an element of the drawn blocks on.
static inline ints strip_keeps(local const uint *drawn, int element) {
  uint words[8];
#pragma unroll WHOLE
  for (int s = 0; s < SPAN; s++) {
    words[s] = drawn[element / PER_WORD + s] >> element % PER_WORD * DROP_BITS;
  }
  return keeps(words);
}

// The mean and the biased variance of the convolution's output. Of the sums of products each is
// added once, for both orders of its taps.
ALWAYS floats moments_of_output(global const float *moments, const floats *taps, floats own_bias,
                                floats *variance) {
  floats mean = own_bias;
  floats sum = 0.0f;
#pragma unroll WHOLE
  for (int a = 0; a < TAPS; a++) {
    mean = fma((floats)(moments[a]), taps[a], mean);
    floats others = 0.0f;
#pragma unroll WHOLE
    for (int b = a + 1; b < TAPS; b++) {
      others = fma((floats)(moments[COVARIANCE(a, b)]), taps[b], others);
    }
    const floats with = fma((floats)(moments[COVARIANCE(a, a)]), taps[a], 2.0f * others);
    sum = fma(taps[a], with, sum);
  }
  *variance = sum < 0.0f ? (floats)(0.0f) : sum; // by rounding; NaN stays
  return mean;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void conv2d_few_chain(global const int4 *steps, const int step, global const STORED *stored,
                      global const int *indices, global const float *w, global const float *bias,
                      global const float *moments, global const float *gamma,
                      global const float *beta, global float *moving_mean,
                      global float *moving_variance, global float2 *statistics,
                      const uint seed_low, const uint seed_high, global float *out,
                      global uchar *codes, global float *picked) {
  local float patch[PATCH];
  local uint4 blocks[STRIP_BLOCKS];
  local const uint *drawn = (local const uint *)blocks;
  const int item = get_local_id(0);
  const int lane = item / COLUMNS;
  const int mine = item % COLUMNS < CHUNKS;
  const int c = mine ? item % COLUMNS * WIDTH : 0;
  const int4 now = steps[step];
  const uint2 key = (uint2)(seed_low, seed_high);
  floats taps[TAPS];
  load_taps(w + c, CHANNELS, taps);
  const floats own_bias = BIAS ? LOAD(bias + c) : (floats)(0.0f);

#if NORM
  floats variance;
  const floats mean = moments_of_output(moments + step * MOMENTS, taps, own_bias, &variance);
  const floats inverse = 1.0f / sqrt(variance + EPSILON);
  const floats factor = SCALE ? LOAD(gamma + c) * inverse : inverse;
  const floats shift = CENTER ? LOAD(beta + c) : (floats)(0.0f);
  if (get_group_id(0) == 0 && lane == 0 && mine) {
    store_pairs(mean, inverse, statistics + c);
    const floats rest = (floats)(1.0f - MOMENTUM);
    STORE(fma((floats)(MOMENTUM), LOAD(moving_mean + c), rest * mean), moving_mean + c);
    STORE(fma((floats)(MOMENTUM), LOAD(moving_variance + c), rest * variance),
          moving_variance + c);
  }
#define NORMALIZED(y) fma((y) - mean, factor, shift)
#else
#define NORMALIZED(y) (y)
#endif

// Lets a position compete that lies so far from the window's first, in the patch and in y.
#define OFFER(position, in_patch, in_y)                                                         \
  do {                                                                                          \
    const floats y = output_of(window + (in_patch), taps, own_bias);                            \
    const ints kept = DROP ? strip_keeps(drawn, element + (in_y) * CHANNELS) : (ints)(-1);      \
    offer(position, y, NORMALIZED(y), kept, &best, &chosen, &code);                             \
  } while (0)

  for (int strip = get_group_id(0); strip < now.x * STRIPS; strip += get_num_groups(0)) {
    const int n = strip / STRIPS;
    const int top = strip % STRIPS * PATCH_ROWS;
    const int first = top * (IN_W * CHANNELS);
    bring(stored, indices, step, n, top, item, patch);
    if (DROP) {
      for (int b = item; b < STRIP_BLOCKS; b += GROUP) {
        blocks[b] =
            philox((uint4)(first / PER_BLOCK + b, now.y + n, now.z, DROP_STREAM), key);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = lane; k < (mine ? WINDOWS : 0); k += LANES) {
      const int row = k / OUT_W * STRIDE;
      const int left = k % OUT_W * STRIDE;
      // Beyond an odd edge a window sees the pixel before it again: an equal never beats the first.
      const int beside = left + 1 < IN_W ? 1 : 0;
      const int below = top + row + 1 < IN_H ? 1 : 0;
      local const float *window = patch + WINDOW(row, left);
      const int element = first % PER_BLOCK + (row * IN_W + left) * CHANNELS + c;
      floats best, chosen;
      uints code;
      OFFER(0, 0, 0);
      if (POOL) {
        OFFER(1, beside * BESIDE, beside);
        OFFER(2, below * BELOW, below * IN_W);
        OFFER(3, beside * BESIDE + below * BELOW, beside + below * IN_W);
      }
      const int at = (strip * WINDOWS + k) * CHANNELS + c;
      STORE(SCALED * activated(best), out + at);
      if (CODES) {
        code |= best > 0.0f ? (uints)(POSITIVE) : (uints)(0u);
        STORE_CODES(TO_CODES(code), codes + at);
      }
      if (PICKS) {
        STORE(chosen, picked + at);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}
