// Batch norm, ReLU or LeakyReLU, dropout and 2x2 max-pooling with stride 2, forward, in one pass;
// each of them is optional. chain.cl has the chain's parameters.
//
//   z = gamma[c] * (y - mean[c]) / sqrt(variance[c] + EPSILON) + beta[c], or y without NORM;
//       +0 where dropped
//   out = DROP_SCALE * (best > 0 ? best : SLOPE * best), best the maximum of z over the window
//
// The activation with SLOPE >= 0 and the scale rise monotonically, so they commute with the maximum
// and are applied once to the window's; dropping does not, so it selects first. The maximum is the
// window's first in row-major order, and its first NaN if it has one. SLOPE 0 selects 0 rather than
// multiply, and passes NaN on.
//
// In training, mean and the biased variance are the batch's, merged from the partials of whoever
// made y, and the moving statistics become MOMENTUM * moving + (1 - MOMENTUM) * batch. INFERENCE 1
// takes the moving ones instead: partials, statistics and seeds are then not touched, and DROP,
// CODES and PICKS have to be 0. Without NORM none of the norm's arguments is touched.
//
// Layouts, all row-major, fewer than 2^31 elements each:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate); a size
//               is at least 1. Only the samples that the step has are read and written
//   y           [BATCH, IN_H, IN_W, CHANNELS]
//   partials    [tiles, CHANNELS] of (mean, sum of squared deviations from it); tile t is y's rows
//               t * TILE to t * TILE + TILE - 1, cut off at the size
//   gamma, beta, moving_mean, moving_variance  [CHANNELS]; without SCALE gamma is not read, without
//               CENTER beta is not
//   statistics  [CHANNELS] of (mean, 1 / sqrt(variance + EPSILON)), for backward
//   out         [BATCH, OUT_H, OUT_W, CHANNELS]
//   codes       [BATCH, OUT_H, OUT_W, CHANNELS], with CODES: what backward needs, see chain.cl
//   picked      [BATCH, OUT_H, OUT_W, CHANNELS], with PICKS: the y of the chosen elements
// Pairs lie on 8 bytes, or as ALIGNED says.
//
// Groups of GROUP items, as many as the device likes: they take the rows of out in turn, their
// items that row's vectors of channels. Each group merges all partials itself, so that no launch of
// its own is needed for it; the order follows from the shapes, TILE and LANES alone. Group 0 also
// writes the statistics. GROUP 1 suits a processor, GROUP * WIDTH / LANES near CHANNELS and WIDTH 4
// a GPU. Local memory, with NORM: 12 * CHANNELS + (4 * WIDTH + 2) * GROUP bytes, the latter only
// with more than one lane.
#pragma OPENCL FP_CONTRACT OFF
#include "chain.cl"
#include "chain_draws.cl"

#ifndef TILE
#define TILE 64 // rows of a partial
#endif
#ifndef INFERENCE
#define INFERENCE 0
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

#if INFERENCE && (DROP || CODES || PICKS)
#error "chain_forward: INFERENCE has neither DROP nor CODES nor PICKS"
#endif

// Merges moments (count, mean, sum of squared deviations) as Chan, Golub and LeVeque do. A count is
// exact up to 2^24 rows.
static inline void merge(float *count, floats *mean, floats *squares, float other_count,
                         floats other_mean, floats other_squares) {
  const float sum = *count + other_count;
  const float share = other_count / max(sum, 1.0f);
  const floats delta = other_mean - *mean;
  *mean = fma(delta, (floats)(share), *mean);
  *squares = fma(delta * delta, (floats)(*count * share), *squares + other_squares);
  *count = sum;
}

// The moments of a tile; beyond the last, none. Returns their count.
static inline float moments(global const float2 *partials, int tile, int chunk, int rows,
                            floats *mean, floats *squares) {
  const bool inside = tile * TILE < rows && chunk < CHUNKS;
  load_pairs(partials + (inside ? tile * CHANNELS + chunk * WIDTH : 0), mean, squares);
  *mean = inside ? *mean : (floats)(0.0f);
  *squares = inside ? *squares : (floats)(0.0f);
  return inside ? min(rows - tile * TILE, TILE) : 0;
}

// Merges tiles lane, lane + LANES, ... of a vector of channels. All items go round equally often.
// Four tiles are merged with each other first: that is four loads in flight, and short chains.
static inline float merge_tiles(global const float2 *partials, int lane, int chunk, int rows,
                                floats *mean, floats *squares) {
  float count = 0.0f;
  *mean = 0.0f;
  *squares = 0.0f;
  for (int first = 0; first * TILE < rows; first += 4 * LANES) {
    const int tile = first + lane;
    floats mean0, mean1, mean2, mean3, squares0, squares1, squares2, squares3;
    float count0 = moments(partials, tile, chunk, rows, &mean0, &squares0);
    float count1 = moments(partials, tile + LANES, chunk, rows, &mean1, &squares1);
    float count2 = moments(partials, tile + 2 * LANES, chunk, rows, &mean2, &squares2);
    float count3 = moments(partials, tile + 3 * LANES, chunk, rows, &mean3, &squares3);
    merge(&count0, &mean0, &squares0, count1, mean1, squares1);
    merge(&count2, &mean2, &squares2, count3, mean3, squares3);
    merge(&count0, &mean0, &squares0, count2, mean2, squares2);
    merge(&count, mean, squares, count0, mean0, squares0);
  }
  return count;
}

// Lets one of the window's positions compete: z wins if it is greater, or the first NaN.
static inline void offer(uint position, floats y, floats z, const uint *words, floats *best,
                         floats *picked, uints *code) {
  const ints kept = DROP ? keeps(words) : (ints)(-1);
  const floats value = DROP ? (kept ? z : (floats)(0.0f)) : z;
  const uints mine = kept ? (uints)(position | KEPT) : (uints)(position);
  const ints beats = position == 0 ? (ints)(-1) : (ints)(!(value <= *best) & (*best == *best));
  *best = beats ? value : *best;
  *picked = beats ? y : *picked;
  *code = beats ? mine : *code;
}

static inline floats activated(floats z) {
  if (SLOPE == 0.0f) {
    return z <= 0.0f ? (floats)(0.0f) : z;
  }
  return SLOPE == 1.0f ? z : z > 0.0f ? z : SLOPE * z;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void chain_forward(global const int4 *steps, const int step, global const float *y,
                   global const float2 *partials, global const float *gamma,
                   global const float *beta, global float *moving_mean,
                   global float *moving_variance, global float2 *statistics, const uint seed_low,
                   const uint seed_high, global float *out, global uchar *codes,
                   global float *picked) {
  const int item = get_local_id(0);
  const int4 now = steps[step];

#if NORM
  local floats mean[CHUNKS], factor[CHUNKS], shift[CHUNKS];
  local float *means = (local float *)mean;
  local float *factors = (local float *)factor; // at first, sums of squared deviations
  local float *shifts = (local float *)shift;
  const int rows = now.x * (IN_H * IN_W);

#if !INFERENCE
  local floats shared_mean[SHARED], shared_squares[SHARED];
  local float shared_count[SHARED];
  const int lane = item / MERGED;
  for (int first = 0; first < CHUNKS; first += MERGED) {
    const int chunk = first + item % MERGED;
    floats my_mean, my_squares;
    float count = merge_tiles(partials, lane, chunk, rows, &my_mean, &my_squares);
    for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
      if (lane >= half_lanes && lane < 2 * half_lanes) {
        const int slot = item - half_lanes * MERGED;
        shared_count[slot] = count;
        shared_mean[slot] = my_mean;
        shared_squares[slot] = my_squares;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      if (lane < half_lanes) {
        merge(&count, &my_mean, &my_squares, shared_count[item], shared_mean[item],
              shared_squares[item]);
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (lane == 0 && chunk < CHUNKS) {
      mean[chunk] = my_mean;
      factor[chunk] = my_squares;
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
#endif

  for (int c = item; c < CHANNELS; c += GROUP) {
    const float variance = INFERENCE ? moving_variance[c] : factors[c] / rows;
    const float inverse = 1.0f / sqrt(variance + EPSILON);
    if (INFERENCE) {
      means[c] = moving_mean[c];
    } else if (get_group_id(0) == 0) {
      statistics[c] = (float2)(means[c], inverse);
      moving_mean[c] = fma(MOMENTUM, moving_mean[c], (1.0f - MOMENTUM) * means[c]);
      moving_variance[c] = fma(MOMENTUM, moving_variance[c], (1.0f - MOMENTUM) * variance);
    }
    factors[c] = SCALE ? gamma[c] * inverse : inverse;
    shifts[c] = CENTER ? beta[c] : 0.0f;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
#define NORMALIZED(y) fma((y) - mean[chunk], factor[chunk], shift[chunk])
#else
#define NORMALIZED(y) (y)
#endif

  const uint2 key = (uint2)(seed_low, seed_high);
  for (int unit = get_group_id(0); unit < now.x * OUT_H; unit += get_num_groups(0)) {
    const int n = unit / OUT_H;
    const int top = unit % OUT_H * STRIDE;
    // Beyond an odd edge a window sees the pixel before it again: an equal never beats the first.
    const int bottom = min(top + 1, IN_H - 1);
    global const float *image = y + n * (IN_H * IN_W * CHANNELS);
    uint16 block = 0;
    uint16 next = 0;
    uint4 drawn = 0xFFFFFFFFu;
    for (int k = item; k < OUT_W * CHUNKS; k += GROUP) {
      const int chunk = k % CHUNKS;
      const int left = k / CHUNKS * STRIDE;
      const int right = min(left + 1, IN_W - 1);
      const uint4 row = (uint4)(top, top, bottom, bottom);
      const uint4 column = (uint4)(left, right, left, right);
      const uint4 element = (row * IN_W + column) * CHANNELS + chunk * WIDTH;

      uint words[4][8];
      if (DROP) {
        const uint4 index = element / PER_BLOCK;
        // Neighbours share their draws, where one item comes to see them.
        if (GROUP > 1 || any(index != drawn)) {
          drawn = index;
          block = philox_four(index, now.y + n, now.z, DROP_STREAM, key);
          if (BLOCKS > 1) {
            next = philox_four(index + 1, now.y + n, now.z, DROP_STREAM, key);
          }
        }
        for (int s = 0; s < SPAN; s++) {
          const uint4 of_four = draw_words(s < 4 ? block : next, element, s);
          words[0][s] = of_four.x;
          words[1][s] = of_four.y;
          words[2][s] = of_four.z;
          words[3][s] = of_four.w;
        }
      }

      floats best, chosen;
      uints code;
      const floats y0 = LOAD(image + element.x);
      offer(0, y0, NORMALIZED(y0), words[0], &best, &chosen, &code);
      if (POOL) {
        const floats y1 = LOAD(image + element.y);
        const floats y2 = LOAD(image + element.z);
        const floats y3 = LOAD(image + element.w);
        offer(1, y1, NORMALIZED(y1), words[1], &best, &chosen, &code);
        offer(2, y2, NORMALIZED(y2), words[2], &best, &chosen, &code);
        offer(3, y3, NORMALIZED(y3), words[3], &best, &chosen, &code);
      }

      const int at = (unit * OUT_W * CHUNKS + k) * WIDTH;
      STORE(SCALED * activated(best), out + at);
      if (CODES) {
        code |= best > 0.0f ? (uints)(POSITIVE) : (uints)(0u);
        STORE_CODES(TO_CODES(code), codes + at);
      }
      if (PICKS) {
        STORE(chosen, picked + at);
      }
    }
  }
}
