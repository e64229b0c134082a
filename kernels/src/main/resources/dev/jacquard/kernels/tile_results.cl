// What a convolution's tile leaves beside its numbers, made while they are in registers: for other
// files to include, behind gemm_tile.cl; it has no kernel of its own. Its functions are inlined by
// force: otherwise NVIDIA's compiler keeps the sums in memory.
//
// Functions take the item's sums, of which the tile has count rows, and local memory: column, for
// ITEMS_M * TILE_N numbers or pairs. All items of a group must come here. The order of every sum
// follows from the tile alone.
#pragma OPENCL FP_CONTRACT OFF

#ifndef CODES
#define CODES 0
#endif
#ifndef SLOPE
#define SLOPE 1.0f
#endif
#ifndef DROP_SCALE
#define DROP_SCALE 1.0f
#endif

#ifdef FOURS_B

static inline float total_of(local const float *column, int n) {
  float total = 0.0f;
#pragma unroll UNROLL
  for (int part = 0; part < ITEMS_M; part++) {
    total += column[part * TILE_N + n];
  }
  return total;
}

// The mean of each of the tile's first columns, and the sum of squared deviations from it: first
// the mean, then the deviations, which loses no digits. means has room for TILE_N numbers.
static inline __attribute__((always_inline)) void leave_moments(
    float sum[ITEM_M][ITEM_N], const int count, const int columns, local float *column,
    local float *means, global float2 *to) {
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n++) {
    float total = 0.0f;
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      const float number = sum[m][n];
      total += ROW(m) < count ? number : 0.0f;
    }
    column[ITEM_ROW * TILE_N + COLUMN(n)] = total;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = this_item(); n < TILE_N; n += ITEMS) {
    means[n] = total_of(column, n) / max(count, 1);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n++) {
    const float mean = means[COLUMN(n)];
    float squares = 0.0f;
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      const float off = sum[m][n] - mean;
      squares = fma(off, ROW(m) < count ? off : 0.0f, squares);
    }
    column[ITEM_ROW * TILE_N + COLUMN(n)] = squares;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = this_item(); n < min(TILE_N, columns); n += ITEMS) {
    to[n] = (float2)(means[n], total_of(column, n));
  }
}

// As many neighbouring columns as an item has, and FOURS_C allows to read at once.
#if FOURS_C && RUN_C == 4
#define RUN 4
#define RUN_OF(type) type##4
#define PART_OF(run, i) ((i) == 0 ? run.x : (i) == 1 ? run.y : (i) == 2 ? run.z : run.w)
#elif FOURS_C && RUN_C == 2
#define RUN 2
#define RUN_OF(type) type##2
#define PART_OF(run, i) ((i) == 0 ? run.x : run.y)
#else
#define RUN 1
#define RUN_OF(type) type
#define PART_OF(run, i) (run)
#endif

static inline float through_chain(float dx, uchar code) {
#if CODES
  return code & 4 ? dx * DROP_SCALE * (code & 8 ? 1.0f : SLOPE) : 0.0f;
#else
  return dx;
#endif
}

// What the backward pass of the chain that made the tile needs of its first columns: the sum of g
// and of g * (picked - mean), where g is what comes through dropout and activation. Codes and picked
// begin at the tile's corner, statistics at its first column.
static inline __attribute__((always_inline)) void leave_sums(
    float sum[ITEM_M][ITEM_N], const int count, const int columns, const int pitch,
    global const uchar *codes, global const float *picked, global const float2 *statistics,
    local float2 *column, global float2 *to) {
#pragma unroll WHOLE
  for (int n = 0; n < ITEM_N; n += RUN) {
    const int c = COLUMN(n);
    float mean[RUN];
    float2 total[RUN];
#pragma unroll WHOLE
    for (int i = 0; i < RUN; i++) {
      mean[i] = c < columns ? statistics[c + i].x : 0.0f;
      total[i] = 0.0f;
    }
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
      const int inside = ROW(m) < count && c < columns;
      const int at = inside ? ROW(m) * pitch + c : 0;
      const RUN_OF(float) from = *(global const RUN_OF(float) *)(picked + at);
      const RUN_OF(uchar) code = CODES ? *(global const RUN_OF(uchar) *)(codes + at) : (RUN_OF(uchar))(0);
#pragma unroll WHOLE
      for (int i = 0; i < RUN; i++) {
        const float g = inside ? through_chain(sum[m][n + i], PART_OF(code, i)) : 0.0f;
        total[i].x += g;
        total[i].y = fma(g, inside ? PART_OF(from, i) - mean[i] : 0.0f, total[i].y);
      }
    }
#pragma unroll WHOLE
    for (int i = 0; i < RUN; i++) {
      column[ITEM_ROW * TILE_N + c + i] = total[i];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int n = this_item(); n < min(TILE_N, columns); n += ITEMS) {
    float2 total = 0.0f;
#pragma unroll UNROLL
    for (int part = 0; part < ITEMS_M; part++) {
      total += column[part * TILE_N + n];
    }
    to[n] = total;
  }
}

#endif
