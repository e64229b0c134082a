// Batch norm backward in training, in three launches; forward is batch_norm.cl.
//
//   dbeta[c]  = sum of dy
//   dgamma[c] = sum of dy * (x - mean) * inverse
//   dx = gamma * inverse * (dy - average(dy) - (x - mean) * inverse^2 * average(dy * (x - mean)))
//
// where sums and averages are over all n and pixels of the step, and inverse is
// 1 / sqrt(variance + EPSILON): the moments depend on every x.
//
//   batch_norm_backward_sums        x, dy to partials
//   batch_norm_backward_statistics  partials to dgamma, dbeta and coefficients
//   batch_norm_backward             x, dy and coefficients to dx
//
// Layouts, all row-major:
//   steps         [steps] of (size, position in the epoch, global number, bits of the rate); a size
//                 is at least 1
//   x, dy, dx     [BATCH, PIXELS, CHANNELS], fewer than 2^31 elements; only the samples that the
//                 step has are read and written
//   statistics    [CHANNELS] of (mean, inverse), what batch_norm_statistics made of x
//   partials      [tiles, CHANNELS] of (sum of dy, sum of dy * (x - mean)), tiles =
//                 ceil(BATCH * PIXELS / TILE); tile t is rows t * TILE to t * TILE + TILE - 1, cut
//                 off at the size. Tiles beyond the size hold zeros. The pairs lie on 8 bytes
//   coefficients  [CHANNELS] of (gamma * inverse, average of dy, inverse^2 * average of
//                 dy * (x - mean), 0), on 16 bytes
//   gamma, dgamma, dbeta  [CHANNELS]; gamma is not read, nor dgamma written, without SCALE, nor
//                 dbeta without CENTER
//
// Groups of GROUP items in one dimension, as many as the device likes. In
// batch_norm_backward_statistics GROUP / LANES channels are a group's, so that
// ceil(CHANNELS * LANES / GROUP) groups have work: item t adds tiles lane, lane + LANES, ... of its
// channel, lane = t / (GROUP / LANES), then the lanes are added in a tree. Local memory: 8 * GROUP
// bytes there, elsewhere none. In the other kernels items stride over elements, in
// batch_norm_backward_sums over tiles and channels.
//
// The order of every sum follows from the shapes, TILE and LANES alone.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef TILE
#define TILE 64 // rows of a partial sum: 1 to 256; need not be batch_norm's
#endif
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 16 to 256
#endif
#ifndef LANES
#define LANES 16 // items that add one channel: powers of two, 1 to GROUP
#endif

// The shape. The defaults are the second block of fmnist-reference at batch 64.
#ifndef CHANNELS
#define BATCH 64
#define PIXELS 196
#define CHANNELS 64
#endif

#ifndef SCALE
#define SCALE 1  // whether there is a gamma
#define CENTER 1 // whether there is a beta
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0 // 1: dx is added to what is there
#endif

#define TILES ((BATCH * PIXELS + TILE - 1) / TILE)
#define MERGED (GROUP / LANES)

#if GROUP & (GROUP - 1) || LANES & (LANES - 1) || LANES > GROUP
#error "batch_norm_backward: GROUP and LANES must be powers of two, LANES at most GROUP"
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm_backward_sums(global const int4 *steps, const int step, global const float *x,
                              global const float2 *statistics, global const float *dy,
                              global float2 *partials) {
  const int rows = steps[step].x * PIXELS;
  for (uint e = get_global_id(0); e < TILES * CHANNELS; e += get_global_size(0)) {
    const int c = e % CHANNELS;
    const int first = e / CHANNELS * TILE;
    const int end = min(first + TILE, rows);
    const float mean = statistics[c].x;
    float2 sum = 0.0f;
    for (int row = first; row < end; row++) {
      const float slope = dy[row * CHANNELS + c];
      sum.x += slope;
      sum.y = fma(slope, x[row * CHANNELS + c] - mean, sum.y);
    }
    partials[e] = sum;
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm_backward_statistics(global const int4 *steps, const int step,
                                    global const float2 *partials, global const float2 *statistics,
                                    global const float *gamma, global float *dgamma,
                                    global float *dbeta, global float4 *coefficients) {
  local float2 merged[GROUP];
  const int item = get_local_id(0);
  const int lane = item / MERGED;
  const int rows = steps[step].x * PIXELS;
  const int tiles = (rows + TILE - 1) / TILE;

  for (int c0 = get_group_id(0) * MERGED; c0 < CHANNELS; c0 += get_num_groups(0) * MERGED) {
    const int c = c0 + item % MERGED;
    float2 sum = 0.0f;
    // All items go round equally often; what lies beyond the last tile or channel counts as 0.
    for (int first = 0; first < tiles; first += LANES) {
      const int tile = first + lane;
      const int inside = tile < tiles && c < CHANNELS;
      const float2 part = partials[inside ? tile * CHANNELS + c : 0];
      sum += inside ? part : (float2)(0.0f);
    }
    for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
      merged[item] = sum;
      barrier(CLK_LOCAL_MEM_FENCE);
      sum += lane < half_lanes ? merged[item + half_lanes * MERGED] : (float2)(0.0f);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (lane == 0 && c < CHANNELS) {
      const float inverse = statistics[c].y;
      const float dot = sum.y * inverse;
      if (SCALE) {
        dgamma[c] = dot;
      }
      if (CENTER) {
        dbeta[c] = sum.x;
      }
      const float factor = SCALE ? gamma[c] * inverse : inverse;
      coefficients[c] = (float4)(factor, sum.x / rows, dot / rows * inverse, 0.0f);
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void batch_norm_backward(global const int4 *steps, const int step, global const float *x,
                         global const float2 *statistics, global const float4 *coefficients,
                         global const float *dy, global float *dx) {
  const uint total = steps[step].x * (PIXELS * CHANNELS);
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    const uint c = i % CHANNELS;
    const float4 k = coefficients[c];
    const float gradient = k.x * fma(statistics[c].x - x[i], k.z, dy[i] - k.y);
    dx[i] = ACCUMULATE ? dx[i] + gradient : gradient;
  }
}
