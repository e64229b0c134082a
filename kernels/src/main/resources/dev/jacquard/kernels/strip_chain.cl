// What is left of a chain in inference, done by the convolution before it while its strip is at hand:
// for conv2d_strip.cl to include, behind tile_results.cl; it has no kernel of its own.
//
//   out = z > 0 ? z : SLOPE * z, SLOPE 0 or more; 0 selects 0 rather than multiply, and passes NaN on
//
// and with POOL the greatest of windows of 2x2 pixels, their first NaN if they have one; a window at
// an odd edge has what there is. Strips are then whole images, or an even share of one.
#pragma OPENCL FP_CONTRACT OFF

#ifndef POOL
#define POOL 0
#endif

#ifdef TARGET_W

// Pooling goes by so many columns at a time, which lie so far apart.
#define PART_N (TILE_N < 32 ? TILE_N : 32)
#define PART_PITCH (PART_N + 8)

#if POOL && STRIP % TARGET_H && (TARGET_H % STRIP || STRIP % 2)
#error "conv2d_strip: windows would lie in two strips"
#endif
#if POOL && (DATA || STATISTICS || TILE_N % PART_N)
#error "conv2d_strip: only a forward pass is pooled, in whole parts, and without its moments"
#endif

#if !DATA
static inline float activated(const float z) {
  if (SLOPE == 0.0f) {
    return z <= 0.0f ? 0.0f : z;
  }
  return SLOPE == 1.0f ? z : z > 0.0f ? z : SLOPE * z;
}

// Adds the bias, and does what is left of a chain but for pooling.
static inline __attribute__((always_inline)) void finish(float sum[ITEM_M][ITEM_N],
                                                         global const float *bias,
                                                         const int columns) {
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n++) {
    const float b = BIAS && COLUMN(n) < columns ? bias[COLUMN(n)] : 0.0f;
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      sum[m][n] = activated(BIAS ? sum[m][n] + b : sum[m][n]);
    }
  }
}

#if POOL
#define PIECE (STRIP < TARGET_H ? STRIP : TARGET_H)
#define POOLED_PIECE ((PIECE + 1) / 2)
#define POOLED_H ((TARGET_H + 1) / 2)
#define POOLED_W ((TARGET_W + 1) / 2)
#define WINDOWS (STRIP / PIECE * POOLED_PIECE * POOLED_W)

static inline float4 greater_of(const float4 best, const float4 other) {
  const int4 beats = !(other <= best) & (best == best);
  return beats ? other : best;
}

// Puts a part of the columns into local memory.
static inline __attribute__((always_inline)) void put_part(float sum[ITEM_M][ITEM_N],
                                                           const int part, local float *pixels) {
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n += RUN_C) {
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      local float *at = pixels + ROW(m) * PART_PITCH + COLUMN(n) % PART_N;
      if (COLUMN(n) / PART_N == part && ROW(m) < STRIP * TARGET_W) {
#if RUN_C == 4
        *(local float4 *)at = (float4)(sum[m][n], sum[m][n + 1], sum[m][n + 2], sum[m][n + 3]);
#elif RUN_C == 2
        *(local float2 *)at = (float2)(sum[m][n], sum[m][n + 1]);
#else
        *at = sum[m][n];
#endif
      }
    }
  }
}

// Writes the greatest of each window of the strip, as far as the step has their samples.
static inline __attribute__((always_inline)) void leave_pooled(float sum[ITEM_M][ITEM_N],
                                                               const int strip, const int size,
                                                               const int columns,
                                                               local float *pixels,
                                                               global float *to) {
  for (int part = 0; part < TILE_N / PART_N; part++) {
    barrier(CLK_LOCAL_MEM_FENCE);
    put_part(sum, part, pixels);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = this_item(); i < WINDOWS * (PART_N / 4); i += ITEMS) {
      const int quad = i % (PART_N / 4) * 4;
      const int column = i / (PART_N / 4) % POOLED_W;
      const int line = i / (PART_N / 4) / POOLED_W;
      const int row = line % POOLED_PIECE;
      const int pixel = (line / POOLED_PIECE * PIECE + row * 2) * TARGET_W + column * 2;
      local const float *at = pixels + pixel * PART_PITCH + quad;
      // Beyond an odd edge it sees what it saw: an equal never beats the first.
      const int beside = column * 2 + 1 < TARGET_W ? PART_PITCH : 0;
      const int below = row * 2 + 1 < PIECE ? TARGET_W * PART_PITCH : 0;
      float4 best = *(local const float4 *)at;
      best = greater_of(best, *(local const float4 *)(at + beside));
      best = greater_of(best, *(local const float4 *)(at + below));
      best = greater_of(best, *(local const float4 *)(at + below + beside));
      const int n = strip * STRIP / TARGET_H + line / POOLED_PIECE;
      const int target = (n * POOLED_H + strip * STRIP % TARGET_H / 2 + row) * POOLED_W + column;
      const int f = part * PART_N + quad;
      if (n < size && f < columns) {
        *(global float4 *)(to + target * TARGET_C + f) = best;
      }
    }
  }
}
#endif
#endif

#endif
