// Batch norm forward, Keras 3's: in training by the batch's moments, in three launches, and in
// inference by the moving ones.
//
//   y[n, pixel, c] = gamma[c] * (x[n, pixel, c] - mean[c]) / sqrt(variance[c] + EPSILON) + beta[c]
//
// mean and the biased variance are over all n and pixels of a step; the moving statistics become
// MOMENTUM * moving + (1 - MOMENTUM) * batch.
//
//   batch_norm_moments     x to partials
//   batch_norm_statistics  partials to statistics, and the moving statistics
//   batch_norm             x and statistics to y
//   batch_norm_inference   x and the moving statistics to y
//
// Layouts, all row-major:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate); a size
//               is at least 1
//   x, y        [BATCH, PIXELS, CHANNELS], fewer than 2^31 elements; only the samples that the step
//               has are read and written. PIXELS is 1 behind a dense layer
//   partials    [tiles, CHANNELS] of (mean, sum of squared deviations from it), tiles =
//               ceil(BATCH * PIXELS / TILE); tile t is rows t * TILE to t * TILE + TILE - 1, cut
//               off at the size. Tiles beyond the size hold zeros. The pairs lie on 8 bytes
//   statistics  [CHANNELS] of (mean, 1 / sqrt(variance + EPSILON)), also on 8 bytes
//   gamma, beta, moving_mean, moving_variance  [CHANNELS]; without SCALE gamma is not read, without
//               CENTER beta is not
//
// Groups of GROUP items in one dimension, as many as the device likes. In batch_norm_statistics
// GROUP / LANES channels are a group's, so that ceil(CHANNELS * LANES / GROUP) groups have work:
// item t merges tiles lane, lane + LANES, ... of its channel, lane = t / (GROUP / LANES), then the
// lanes are merged in a tree. Local memory: 16 * GROUP bytes there, elsewhere none. In the other
// kernels items stride over elements, in batch_norm_moments over tiles and channels.
//
// The order of every sum follows from the shapes, TILE and LANES alone.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef TILE
#define TILE 64 // rows of a partial sum: 1 to 256
#endif
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 16 to 256
#endif
#ifndef LANES
#define LANES 16 // items that merge one channel: powers of two, 1 to GROUP
#endif

// The shape. The defaults are the second block of fmnist-reference at batch 64.
#ifndef CHANNELS
#define BATCH 64
#define PIXELS 196
#define CHANNELS 64
#endif

#ifndef EPSILON
#define EPSILON 1e-3f
#define MOMENTUM 0.99f
#endif
#ifndef SCALE
#define SCALE 1  // whether there is a gamma
#define CENTER 1 // whether there is a beta
#endif

// One tile at a time: these launches are for comparison, and the others keep their registers.
#define AHEAD 1
#include "moments.cl"

#define TILES ((BATCH * PIXELS + TILE - 1) / TILE)
#define MERGED (GROUP / LANES)

#if GROUP & (GROUP - 1) || LANES & (LANES - 1) || LANES > GROUP
#error "batch_norm: GROUP and LANES must be powers of two, LANES at most GROUP"
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm_moments(global const int4 *steps, const int step, global const float *x,
                        global float2 *partials) {
  const int rows = steps[step].x * PIXELS;
  for (uint e = get_global_id(0); e < TILES * CHANNELS; e += get_global_size(0)) {
    const int c = e % CHANNELS;
    const int first = e / CHANNELS * TILE;
    const int end = min(first + TILE, rows);
    // From the first row on: a mean that is far from zero then costs the sum no digits.
    const float origin = first < end ? x[first * CHANNELS + c] : 0.0f;
    float sum = 0.0f;
    for (int row = first; row < end; row++) {
      sum += x[row * CHANNELS + c] - origin;
    }
    const float mean = origin + sum / max(end - first, 1);
    float squares = 0.0f;
    for (int row = first; row < end; row++) {
      const float off = x[row * CHANNELS + c] - mean;
      squares = fma(off, off, squares);
    }
    partials[e] = (float2)(mean, squares);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm_statistics(global const int4 *steps, const int step,
                           global const float2 *partials, global float *moving_mean,
                           global float *moving_variance, global float2 *statistics) {
  local float3 merged[GROUP];
  const int item = get_local_id(0);
  const int lane = item / MERGED;
  const int rows = steps[step].x * PIXELS;

  for (int c0 = get_group_id(0) * MERGED; c0 < CHANNELS; c0 += get_num_groups(0) * MERGED) {
    const int c = c0 + item % MERGED;
    float3 mine = merge_tiles(partials, CHANNELS, c, LANES, lane, rows, TILE);
    for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
      merged[item] = mine;
      barrier(CLK_LOCAL_MEM_FENCE);
      mine = merge(mine, merged[lane < half_lanes ? item + half_lanes * MERGED : item]);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (lane == 0 && c < CHANNELS) {
      const float variance = mine.z / mine.x;
      statistics[c] = (float2)(mine.y, 1.0f / sqrt(variance + EPSILON));
      moving_mean[c] = fma(MOMENTUM, moving_mean[c], (1.0f - MOMENTUM) * mine.y);
      moving_variance[c] = fma(MOMENTUM, moving_variance[c], (1.0f - MOMENTUM) * variance);
    }
  }
}

static inline float normalized(float x, float mean, float inverse, global const float *gamma,
                               global const float *beta, uint c) {
  const float factor = SCALE ? gamma[c] * inverse : inverse;
  return fma(x - mean, factor, CENTER ? beta[c] : 0.0f);
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm(global const int4 *steps, const int step, global const float *x,
                global const float2 *statistics, global const float *gamma,
                global const float *beta, global float *y) {
  const uint total = steps[step].x * (PIXELS * CHANNELS);
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    const uint c = i % CHANNELS;
    const float2 moments = statistics[c];
    y[i] = normalized(x[i], moments.x, moments.y, gamma, beta, c);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm_inference(global const int4 *steps, const int step, global const float *x,
                          global const float *moving_mean, global const float *moving_variance,
                          global const float *gamma, global const float *beta, global float *y) {
  const uint total = steps[step].x * (PIXELS * CHANNELS);
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    const uint c = i % CHANNELS;
    const float inverse = 1.0f / sqrt(moving_variance[c] + EPSILON);
    y[i] = normalized(x[i], moving_mean[c], inverse, gamma, beta, c);
  }
}
