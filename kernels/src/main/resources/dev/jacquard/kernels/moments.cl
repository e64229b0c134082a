// Moments of channels, merged in a fixed order: for other files to include; it has no kernel of its
// own.
//
// Moments are (count, mean, sum of squared deviations); a count is exact up to 2^24 rows. A vector,
// not a struct: what LLVM makes of an inlined function that returns a struct, oclgrind cannot run.
#pragma OPENCL FP_CONTRACT OFF

// Merges moments as Chan, Golub and LeVeque do.
static inline float3 merge(float3 a, float3 b) {
  const float count = a.x + b.x;
  const float share = count > 0.0f ? b.x / count : 0.0f;
  const float delta = b.y - a.y;
  return (float3)(count, fma(delta, share, a.y), fma(delta * delta, a.x * share, a.z + b.z));
}

// Tiles of a lane that are read at once, before any is merged. Behind a barrier they must be there:
// else compilers ask for each only when it is to be merged.
#ifndef AHEAD
#define AHEAD 8
#endif

// The moments of the tiles lane, lane + lanes, ... of a channel, given [tiles, channels] of (mean,
// sum of squared deviations) of the tiles of so many rows. All lanes go round equally often; what
// lies beyond the last tile or channel counts as empty. All items of a group call it together.
static inline float3 merge_tiles(global const float2 *partials, int channels, int channel,
                                 int lanes, int lane, int rows, int tile_rows) {
  const int tiles = (rows + tile_rows - 1) / tile_rows;
  float3 all = 0.0f;
  for (int first = lane; first < tiles + lane; first += lanes * AHEAD) {
    float2 parts[AHEAD];
#pragma unroll
    for (int i = 0; i < AHEAD; i++) {
      const int tile = first + i * lanes;
      parts[i] = partials[tile < tiles && channel < channels ? tile * channels + channel : 0];
    }
#if AHEAD > 1
    barrier(CLK_LOCAL_MEM_FENCE);
#endif
#pragma unroll
    for (int i = 0; i < AHEAD; i++) {
      const int tile = first + i * lanes;
      const int inside = tile < tiles && channel < channels;
      const int count = min(rows - tile * tile_rows, tile_rows);
      all = merge(all, inside ? (float3)(count, parts[i].x, parts[i].y) : (float3)(0.0f));
    }
  }
  return all;
}
