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
// Groups of GROUP items, as many as the device likes. Each has a slice of the channels and takes
// windows of out in turn with the others that have it, see chain.cl. It merges its slice's partials
// itself, so that no launch of its own is needed for it: narrow slices let it read little of them.
// The order follows from the shapes, TILE and LANES alone. The first group of a slice also writes
// the statistics. Its items draw for dropout together, and share what they drew.
//
// GROUP 1 and all channels suit a processor; slices of 8 to 32 channels, as many LANES as fill the
// group, and WIDTH 4 a GPU. Local memory: with NORM, 12 * SLICE + (8 * WIDTH + 4) * GROUP bytes, the
// latter only with more than one lane; with DROP, 4 * TURNS * DRAWN, see chain_draws.cl.
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

#define TURNS (GROUP > 1 ? 2 : 1)

#if GROUP > 1 && SLICE_CHUNKS > GROUP
#error "chain_forward: SLICE must be at most GROUP * WIDTH"
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

// Merges a group's lanes; lane 0 gets the total. All items have to come here.
static inline void merge_lanes(local float *shared_count, local floats *shared_mean,
                               local floats *shared_squares, float count, floats *mean,
                               floats *squares) {
  const int item = get_local_id(0);
  const int lane = item / MERGED;
  for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
    if (lane >= half_lanes && lane < 2 * half_lanes) {
      shared_count[item] = count;
      shared_mean[item] = *mean;
      shared_squares[item] = *squares;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_lanes) {
      const int other = item + half_lanes * MERGED;
      merge(&count, mean, squares, shared_count[other], shared_mean[other], shared_squares[other]);
    }
  }
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
  const int windows = now.x * (OUT_H * OUT_W);
  const int teams = max((int)get_num_groups(0) / SLICES, 1);
  const int team = get_group_id(0) / SLICES;
  const uint2 key = (uint2)(seed_low, seed_high);
#if NORM
  // z = factor * (y - mean) + shift
  local floats mean[SLICE_CHUNKS], factor[SLICE_CHUNKS], shift[SLICE_CHUNKS];
#if !INFERENCE
  local floats shared_mean[SHARED], shared_squares[SHARED];
  local float shared_count[SHARED];
#endif
#endif
#if DROP
  // By turns, so that nobody has to wait until all have read the last.
  local uint drawn[TURNS][DRAWN];
#endif

  for (int slice = get_group_id(0) % SLICES; slice < SLICES && team < teams;
       slice += get_num_groups(0)) {
    const int parts = min(SLICE_CHUNKS, CHUNKS - slice * SLICE_CHUNKS);
#if NORM
    const int rows = now.x * (IN_H * IN_W);
    const int across = INFERENCE ? GROUP : MERGED;
    for (int first = 0; first < SLICE_CHUNKS; first += across) {
      const int part = first + item % across;
      const int c = slice * SLICE + min(part, parts - 1) * WIDTH;
      // Loaded before they are needed: merging takes as long.
      const floats scale = SCALE ? LOAD(gamma + c) : (floats)(1.0f);
      const floats center = CENTER ? LOAD(beta + c) : (floats)(0.0f);
#if INFERENCE
      const floats my_mean = LOAD(moving_mean + c);
      const floats variance = LOAD(moving_variance + c);
#else
      floats my_mean, squares;
      const float count = merge_tiles(partials, item / MERGED, part < parts ? c / WIDTH : CHUNKS,
                                      rows, &my_mean, &squares);
      merge_lanes(shared_count, shared_mean, shared_squares, count, &my_mean, &squares);
      const floats variance = squares / (floats)(rows);
#endif
      if (item < across && part < parts) {
        const floats inverse = 1.0f / sqrt(variance + EPSILON);
        mean[part] = my_mean;
        factor[part] = SCALE ? scale * inverse : inverse;
        shift[part] = center;
        if (!INFERENCE && team == 0) {
          store_pairs(my_mean, inverse, statistics + c);
          STORE(fma((floats)(MOMENTUM), LOAD(moving_mean + c), (1.0f - MOMENTUM) * my_mean),
                moving_mean + c);
          STORE(fma((floats)(MOMENTUM), LOAD(moving_variance + c), (1.0f - MOMENTUM) * variance),
                moving_variance + c);
        }
      }
      SYNC;
    }
#define NORMALIZED(y) fma((y) - mean[part], factor[part], shift[part])
#else
#define NORMALIZED(y) (y)
#endif
#if DROP
#define KEEPS(position, element)                                                                \
  drawn_keeps(drawn[turn] + along * 4 + position, (uint)(element) + slice * SLICE, part * WIDTH)
#else
#define KEEPS(position, element) ((ints)(-1))
#endif

    int turn = 0;
    for (int unit = team; unit * UNIT < windows; unit += teams) {
      turn = (turn + 1) % TURNS;
      uint4 held = 0xFFFFFFFFu;
      for (int first = unit * UNIT; first < (unit + 1) * UNIT; first += ALONG) {
        // Items that are left over do what the last ones do, and keep it to themselves: where they
        // took channel 0 instead, PoCL 3.1 let them store what they had there.
        const int along = min(item / ACROSS, ALONG - 1);
        const bool mine = item / ACROSS < ALONG && first + along < windows;
        const int window = min(first + along, windows - 1);
        const int4 element = window_elements(window);
        global const float *image = y + window_sample(window) * (IN_H * IN_W * CHANNELS);
        for (int begin = 0; begin < SLICE_CHUNKS; begin += ACROSS) {
          const int part = min(begin + item % ACROSS, parts - 1);
          const bool inside = mine && begin + item % ACROSS < parts;
          const int c = slice * SLICE + part * WIDTH;

          // Loads come first: the draws hide how long they take.
          const floats y0 = LOAD(image + element.x + c);
          const floats y1 = POOL ? LOAD(image + element.y + c) : y0;
          const floats y2 = POOL ? LOAD(image + element.z + c) : y0;
          const floats y3 = POOL ? LOAD(image + element.w + c) : y0;
#if DROP
          if (begin == 0) {
            draw(drawn[turn], &held, first, windows, slice, now.y, now.z, key);
          }
          SYNC;
#endif
          floats best, chosen;
          uints code;
          offer(0, y0, NORMALIZED(y0), KEEPS(0, element.x), &best, &chosen, &code);
          if (POOL) {
            offer(1, y1, NORMALIZED(y1), KEEPS(1, element.y), &best, &chosen, &code);
            offer(2, y2, NORMALIZED(y2), KEEPS(2, element.z), &best, &chosen, &code);
            offer(3, y3, NORMALIZED(y3), KEEPS(3, element.w), &best, &chosen, &code);
          }

          const int at = window * CHANNELS + c;
          code |= best > 0.0f ? (uints)(POSITIVE) : (uints)(0u);
          if (inside) {
            STORE(SCALED * activated(best), out + at);
          }
          if (CODES && inside) {
            STORE_CODES(TO_CODES(code), codes + at);
          }
          if (PICKS && inside) {
            STORE(chosen, picked + at);
          }
        }
      }
    }
    SYNC;
  }
}
