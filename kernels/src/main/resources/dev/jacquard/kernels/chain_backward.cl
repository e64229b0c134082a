// The derivative of a chain, see chain_forward.cl, in two launches. chain.cl has the chain's
// parameters.
//
//   g  = kept ? dout * DROP_SCALE * (positive ? 1 : SLOPE) : 0   at the chosen element, 0 elsewhere
//   S1 = sum of g, S2 = sum of g * (y - mean), R = rows of y
//   dbeta = S1, dgamma = inverse * S2
//   dy = gamma * inverse * (g - S1 / R - (y - mean) * inverse^2 * S2 / R), or g without NORM
//
//   chain_backward_sums  makes sums; with NORM only
//   chain_backward       makes dy, dgamma and dbeta
//
// The derivative of ReLU at 0 is 0. Without CODES there was neither pooling nor dropout nor
// activation. Without NORM none of the norm's arguments is touched, y and statistics included.
//
// Layouts, all row-major, fewer than 2^31 elements each:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate); a size
//               is at least 1. Only the samples that the step has are read and written
//   y, dy       [BATCH, IN_H, IN_W, CHANNELS]
//   codes       [BATCH, OUT_H, OUT_W, CHANNELS], with CODES: what chain_forward kept
//   dout        [BATCH, OUT_H, OUT_W, CHANNELS]
//   values      [BATCH, OUT_H, OUT_W, CHANNELS]: picked with POOL, y without
//   statistics  [CHANNELS] of (mean, inverse)
//   sums        [SUM_TILES, CHANNELS] of a tile's share of (S1, S2), whatever its rows are; tiles
//               beyond the size hold zeros. Those of chain_backward_sums: tile t is dout's rows
//               t * SUM_TILE to t * SUM_TILE + SUM_TILE - 1, cut off at the size
//   gamma, dgamma, dbeta  [CHANNELS]; without SCALE gamma is not read, nor dgamma written; nor
//               dbeta without CENTER
// Pairs lie on 8 bytes, or as ALIGNED says.
//
// Groups of GROUP items, as many as the device likes. In chain_backward_sums they take the tiles of
// slices of the channels in turn. In chain_backward each has a slice and takes windows of dout in
// turn with the others that have it, see chain.cl. There each group merges its slice's sums itself,
// so that no launch of its own is needed for it; the order of every sum follows from the shapes,
// SUM_TILES and LANES alone. The first group of a slice also writes dgamma and dbeta.
// GROUP 1 and all channels suit a processor; slices of 8 to 32 channels, as many LANES as fill the
// group, and WIDTH 4 a GPU. Local memory, with NORM: 8 * WIDTH * GROUP bytes if there is more than
// one lane, and in chain_backward 16 * SLICE.
#pragma OPENCL FP_CONTRACT OFF
#include "chain.cl"

#ifndef SUM_TILE
#define SUM_TILE 64 // rows of a tile of chain_backward_sums
#endif
#ifndef SUM_TILES
#define SUM_TILES ((BATCH * OUT_H * OUT_W + SUM_TILE - 1) / SUM_TILE)
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0 // 1: dy is added to what is there
#endif

#if GROUP > 1 && SLICE_CHUNKS > GROUP
#error "chain_backward: SLICE must be at most GROUP * WIDTH"
#endif
#if POOL && !CODES
#error "chain_backward: POOL needs CODES"
#endif

#define RUN 16 // rows whose sum is one chain of additions

static inline uints load_codes(global const uchar *codes, int at) {
  return CODES ? FROM_CODES(LOAD_CODES(codes + at)) : (uints)(0u);
}

#if NORM
// Adds the sums of a group's lanes; lane 0 gets the totals. All items have to come here.
static inline void add_lanes(local floats *shared_slopes, local floats *shared_products,
                             floats *slopes, floats *products) {
  const int item = get_local_id(0);
  const int lane = item / MERGED;
  for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
    if (lane >= half_lanes && lane < 2 * half_lanes) {
      shared_slopes[item] = *slopes;
      shared_products[item] = *products;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_lanes) {
      *slopes += shared_slopes[item + half_lanes * MERGED];
      *products += shared_products[item + half_lanes * MERGED];
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void chain_backward_sums(global const int4 *steps, const int step, global const float *values,
                         global const float2 *statistics, global const uchar *codes,
                         global const float *dout, global float2 *sums) {
  local floats shared_slopes[SHARED], shared_products[SHARED];
  const int item = get_local_id(0);
  const int lane = item / MERGED;
  const int rows = steps[step].x * (OUT_H * OUT_W);

  for (int unit = get_group_id(0); unit < SUM_TILES * SLICES; unit += get_num_groups(0)) {
    const int tile = unit / SLICES;
    const int slice = unit % SLICES;
    for (int first = 0; first < SLICE_CHUNKS; first += MERGED) {
      const int part = first + item % MERGED;
      const bool inside = part < SLICE_CHUNKS && slice * SLICE_CHUNKS + part < CHUNKS;
      const int c = inside ? slice * SLICE + part * WIDTH : 0;
      const int end = inside ? min((tile + 1) * SUM_TILE, rows) : 0;
      floats mean, inverse;
      load_pairs(statistics + c, &mean, &inverse);
      floats slopes = 0.0f;
      floats products = 0.0f;
      for (int start = tile * SUM_TILE + lane; start < end; start += RUN * LANES) {
        floats run_slopes = 0.0f;
        floats run_products = 0.0f;
        for (int row = start; row < min(start + RUN * LANES, end); row += LANES) {
          const int at = row * CHANNELS + c;
          const floats slope = gradient(LOAD(dout + at), load_codes(codes, at));
          run_slopes += slope;
          run_products = fma(slope, LOAD(values + at) - mean, run_products);
        }
        slopes += run_slopes;
        products += run_products;
      }
      add_lanes(shared_slopes, shared_products, &slopes, &products);
      if (lane == 0 && inside) {
        store_pairs(slopes, products, sums + tile * CHANNELS + c);
      }
      SYNC;
    }
  }
}

// A tile's sums; beyond the last, 0.
static inline void load_sums(global const float2 *sums, int tile, int chunk, floats *slopes,
                             floats *products) {
  const bool inside = tile < SUM_TILES && chunk < CHUNKS;
  load_pairs(sums + (inside ? tile * CHANNELS + chunk * WIDTH : 0), slopes, products);
  *slopes = inside ? *slopes : (floats)(0.0f);
  *products = inside ? *products : (floats)(0.0f);
}

// Adds tiles lane, lane + LANES, ... of a vector of channels. All items go round equally often.
// Four tiles are added to each other first: that is four loads in flight, and short chains.
static inline void add_tiles(global const float2 *sums, int lane, int chunk, floats *slopes,
                             floats *products) {
  *slopes = 0.0f;
  *products = 0.0f;
  for (int first = 0; first < SUM_TILES; first += 4 * LANES) {
    const int tile = first + lane;
    floats slopes0, slopes1, slopes2, slopes3, products0, products1, products2, products3;
    load_sums(sums, tile, chunk, &slopes0, &products0);
    load_sums(sums, tile + LANES, chunk, &slopes1, &products1);
    load_sums(sums, tile + 2 * LANES, chunk, &slopes2, &products2);
    load_sums(sums, tile + 3 * LANES, chunk, &slopes3, &products3);
    *slopes += (slopes0 + slopes1) + (slopes2 + slopes3);
    *products += (products0 + products1) + (products2 + products3);
  }
}
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void chain_backward(global const int4 *steps, const int step, global const float *y,
                    global const float2 *statistics, global const float2 *sums,
                    global const float *gamma, global float *dgamma, global float *dbeta,
                    global const uchar *codes, global const float *dout, global float *dy) {
  const int item = get_local_id(0);
  const int size = steps[step].x;
  const int windows = size * (OUT_H * OUT_W);
  const int teams = max((int)get_num_groups(0) / SLICES, 1);
  const int team = get_group_id(0) / SLICES;
#if NORM
  // dy = factor * g + slope * (y - mean) + offset
  local floats mean[SLICE_CHUNKS], factor[SLICE_CHUNKS], slope[SLICE_CHUNKS];
  local floats offset[SLICE_CHUNKS];
  local floats shared_slopes[SHARED], shared_products[SHARED];
#endif

  for (int slice = get_group_id(0) % SLICES; slice < SLICES && team < teams;
       slice += get_num_groups(0)) {
    const int parts = min(SLICE_CHUNKS, CHUNKS - slice * SLICE_CHUNKS);
#if NORM
    const floats rows = size * (IN_H * IN_W);
    for (int first = 0; first < SLICE_CHUNKS; first += MERGED) {
      const int part = first + item % MERGED;
      const int c = slice * SLICE + min(part, parts - 1) * WIDTH;
      // Loaded before they are needed: adding takes as long.
      floats my_mean, inverse, slopes, products;
      load_pairs(statistics + c, &my_mean, &inverse);
      const floats my_factor = SCALE ? LOAD(gamma + c) * inverse : inverse;
      add_tiles(sums, item / MERGED, part < parts ? c / WIDTH : CHUNKS, &slopes, &products);
      add_lanes(shared_slopes, shared_products, &slopes, &products);
      if (item < MERGED && part < parts) {
        const floats dot = products * inverse;
        mean[part] = my_mean;
        factor[part] = my_factor;
        slope[part] = -my_factor * inverse * (dot / rows);
        offset[part] = -my_factor * (slopes / rows);
        if (SCALE && team == 0) {
          STORE(dot, dgamma + c);
        }
        if (CENTER && team == 0) {
          STORE(slopes, dbeta + c);
        }
      }
      SYNC;
    }
#define Y(element) LOAD(y + (element))
#define THROUGH_NORM(g, y) fma(g, factor[part], fma((y) - mean[part], slope[part], offset[part]))
#else
#define Y(element) ((floats)(0.0f))
#define THROUGH_NORM(g, y) (g)
#endif
#define THERE(element) (ACCUMULATE ? LOAD(dy + (element)) : (floats)(0.0f))
// Of one of the window's positions.
#define GRADIENT(position, y, there)                                                            \
  (ACCUMULATE ? (there) + THROUGH(position, y) : THROUGH(position, y))
#define THROUGH(position, y)                                                                    \
  THROUGH_NORM(POOL ? (winner == (uints)(position) ? chosen : (floats)(0.0f)) : chosen, y)

    for (int unit = team; unit * UNIT < windows; unit += teams) {
      for (int window = unit * UNIT + item / ACROSS; window < min((unit + 1) * UNIT, windows);
           window += ALONG) {
        const int4 element = window_elements(window);
        const int image = window_sample(window) * (IN_H * IN_W * CHANNELS) + slice * SLICE;
        for (int part = item % ACROSS; part < parts; part += ACROSS) {
          const int at = window * CHANNELS + slice * SLICE + part * WIDTH;
          // All loads before the first store, which as far as a compiler knows may change them.
          const int4 e = element + image + part * WIDTH;
          const uints code = load_codes(codes, at);
          const floats d = LOAD(dout + at);
          const floats y0 = Y(e.x), there0 = THERE(e.x);
          const floats y1 = POOL ? Y(e.y) : y0, there1 = POOL ? THERE(e.y) : there0;
          const floats y2 = POOL ? Y(e.z) : y0, there2 = POOL ? THERE(e.z) : there0;
          const floats y3 = POOL ? Y(e.w) : y0, there3 = POOL ? THERE(e.w) : there0;
          const uints winner = code & (uints)(POSITION);
          const floats chosen = gradient(d, code);
          STORE(GRADIENT(0, y0, there0), dy + e.x);
          // Beyond an odd edge a position is another again.
          if (POOL && e.y != e.x) {
            STORE(GRADIENT(1, y1, there1), dy + e.y);
          }
          if (POOL && e.z != e.x) {
            STORE(GRADIENT(2, y2, there2), dy + e.z);
          }
          if (POOL && e.z != e.x && e.y != e.x) {
            STORE(GRADIENT(3, y3, there3), dy + e.w);
          }
        }
      }
    }
    SYNC;
  }
}
