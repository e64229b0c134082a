// Batch norm, LeakyReLU, dropout and 2x2 max-pooling with stride 2, forward, in one pass.
//
//   z = gamma[c] * (y - mean[c]) / sqrt(variance[c] + EPSILON) + beta[c], or 0 where dropped
//   pooled = DROP_SCALE * leaky_relu(maximum of z over the window)
//
// LeakyReLU with SLOPE >= 0 and the scale rise monotonically, so they commute with the maximum and
// are applied once to the window's; dropping does not, so it selects first. mean and the biased
// variance are the batch's, merged from the convolution's partials; the moving statistics become
// MOMENTUM * moving + (1 - MOMENTUM) * batch. The maximum is the window's first in row-major
// order, and NaN if one is.
//
// Layouts, all row-major:
//   y           [BATCH, IN_H, IN_W, CHANNELS]
//   partials    [tiles, CHANNELS] of (mean, sum of squared deviations), see conv2d_forward
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate)
//   gamma, beta, moving_mean, moving_variance  [CHANNELS]
//   statistics  [CHANNELS] of (mean, 1 / sqrt(variance + EPSILON)), for backward
//   pooled      [BATCH, OUT_H, OUT_W, CHANNELS]
//   winners     [BATCH, OUT_H, OUT_W, CHANNELS] of 3 bits: 0 and 1 the window's position that won,
//               row-major, and 2 whether it was kept. With the sign of pooled it is all that
//               backward needs
//
// Groups of GROUP items, as many as the device likes: items stride over the output. Each group
// merges all partials itself, so that no launch of its own is needed for it; LANES items share a
// channel. The merge is Chan's, and its order follows from the shapes, TILE_M, GROUP and LANES
// alone. Group 0 also writes the statistics.
// Local memory: 16 * GROUP + 12 * CHANNELS bytes.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 16 to 256
#endif
#ifndef LANES
#define LANES 4 // items that merge one channel: powers of two, 1 to GROUP
#endif
#ifndef VECTOR
#define VECTOR 4 // channels of an item: 1 to 16
#endif

// The shape. The defaults are the second block of fmnist-reference at batch 64.
#ifndef CHANNELS
#define CHANNELS 64
#define IN_H 14
#define IN_W 14
#define OUT_H 7 // IN_H / 2, rounded up with padding "same", down with "valid"
#define OUT_W 7
#define TILE_M 64 // conv2d_forward's
#endif

#ifndef SLOPE
#define SLOPE 0.1f // 0 or more; 1 for no activation
#define EPSILON 1e-3f
#define MOMENTUM 0.99f
#endif

// Dropout; DROP_BITS and DROP_THRESHOLD are philox.cl's. A threshold of 0 drops nothing.
#ifndef DROP_STREAM
#define DROP_STREAM 0x1000004u // of the dropout's node
#define DROP_SCALE (1.0f / 0.75f)
#endif
#include "philox.cl"

#define MERGED (GROUP / LANES)
#define CHUNKS ((CHANNELS + VECTOR - 1) / VECTOR)

#if GROUP % LANES || (LANES & (LANES - 1))
#error "normalize_pool_forward: LANES must be a power of two that divides GROUP"
#endif

// Moments are (count, mean, sum of squared deviations); a count is exact up to 2^24 rows. A vector,
// not a struct: what LLVM makes of an inlined function that returns a struct, oclgrind cannot run.
static inline float3 merge(float3 a, float3 b) {
  const float count = a.x + b.x;
  const float share = count > 0.0f ? b.x / count : 0.0f;
  const float delta = b.y - a.y;
  return (float3)(count, fma(delta, share, a.y), fma(delta * delta, a.x * share, a.z + b.z));
}

// The moments of the tiles lane, lane + LANES, ... of one channel. All items go round equally
// often; what lies beyond the last tile or channel counts as empty.
static inline float3 merge_tiles(global const float2 *partials, int channel, int lane, int rows) {
  const int tiles = (rows + TILE_M - 1) / TILE_M;
  float3 all = 0.0f;
  for (int first = 0; first < tiles; first += LANES) {
    const int tile = first + lane;
    const int inside = tile < tiles && channel < CHANNELS;
    const float2 part = partials[inside ? tile * CHANNELS + channel : 0];
    const int count = min(rows - tile * TILE_M, TILE_M);
    all = merge(all, inside ? (float3)(count, part.x, part.y) : (float3)(0.0f));
  }
  return all;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void normalize_pool_forward(global const float *y, global const float2 *partials,
                            global const int4 *steps, const int step, const uint seed_low,
                            const uint seed_high, global const float *gamma,
                            global const float *beta, global float *moving_mean,
                            global float *moving_variance, global float2 *statistics,
                            global float *pooled, global uchar *winners) {
  local float3 merged[GROUP];
  local float mean[CHANNELS], factor[CHANNELS], shift[CHANNELS];

  const int item = get_local_id(0);
  const int4 now = steps[step];

  for (int first = 0; first < CHANNELS; first += MERGED) {
    const int c = first + item / LANES;
    const int lane = item % LANES;
    float3 mine = merge_tiles(partials, c, lane, now.x * (IN_H * IN_W));
    for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
      merged[item] = mine;
      barrier(CLK_LOCAL_MEM_FENCE);
      mine = merge(mine, merged[lane < half_lanes ? item + half_lanes : item]);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (lane == 0 && c < CHANNELS) {
      const float variance = mine.z / mine.x;
      const float inverse = 1.0f / sqrt(variance + EPSILON);
      mean[c] = mine.y;
      factor[c] = gamma[c] * inverse;
      shift[c] = beta[c];
      if (get_group_id(0) == 0) {
        statistics[c] = (float2)(mine.y, inverse);
        moving_mean[c] = fma(MOMENTUM, moving_mean[c], (1.0f - MOMENTUM) * mine.y);
        moving_variance[c] = fma(MOMENTUM, moving_variance[c], (1.0f - MOMENTUM) * variance);
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  const int pixels = OUT_H * OUT_W;
  const uint2 key = (uint2)(seed_low, seed_high);
  for (int e = get_global_id(0); e < now.x * pixels * CHUNKS; e += get_global_size(0)) {
    const int c0 = e % CHUNKS * VECTOR;
    const int n = e / CHUNKS / pixels;
    const int i = e / CHUNKS % pixels / OUT_W;
    const int j = e / CHUNKS % OUT_W;
    float best[VECTOR];
    uchar winner[VECTOR];
    for (int position = 0; position < 4; position++) {
      const int row = 2 * i + position / 2;
      const int column = 2 * j + position % 2;
      if (row < IN_H && column < IN_W) {
        const uint element = (row * IN_W + column) * CHANNELS + c0;
        const int at = n * (IN_H * IN_W * CHANNELS) + element;
        uint4 block = 0;
        for (int v = 0; v < VECTOR && c0 + v < CHANNELS; v++) {
          if (v == 0 || (element + v) % PER_BLOCK == 0) {
            block = philox(
                (uint4)((element + v) / PER_BLOCK, now.y + n, now.z, DROP_STREAM), key);
          }
          const bool kept = philox_keeps(block, element + v);
          const int c = c0 + v;
          const float z = kept ? fma(y[at + v] - mean[c], factor[c], shift[c]) : 0.0f;
          if (position == 0 || z > best[v] || (isnan(z) && !isnan(best[v]))) {
            best[v] = z;
            winner[v] = position | (kept ? 4 : 0);
          }
        }
      }
    }
    for (int v = 0; v < VECTOR && c0 + v < CHANNELS; v++) {
      const int out = e / CHUNKS * CHANNELS + c0 + v;
      pooled[out] = DROP_SCALE * (best[v] > 0.0f ? best[v] : SLOPE * best[v]);
      winners[out] = winner[v];
    }
  }
}
