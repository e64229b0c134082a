// How NVIDIA's tensor cores multiply gemm_tile.cl's tile in tf32, floats of 10 explicit bits of
// mantissa, with sums in fp32: for gemm_tile.cl to include; it has no kernel of its own.
//
// Factors are rounded to the nearest tf32, halves away from zero, where they are put.
//
// A warp makes a part of the tile of 8 * ITEM_M rows by 4 * ITEM_N columns by
// mma.sync.m16n8k8 (PTX ISA, "Matrix Fragments for mma.m16n8k8"): of 16 rows by 8 columns an item
// has rows lane / 4 and 8 after it, columns 2 * (lane % 4) and the next.
//
// EMULATED 1 makes the same products of the same factors, laid out alike, without instructions that
// only NVIDIA's compiler knows, so that all but these can be tested elsewhere; sums are then rounded
// otherwise.
//
// An operand that comes along k lies in local memory by rows of k, the other by rows of m, padded
// so that the items of a warp meet different banks. Local memory of product:
// 8 * (TILE_K * TILE_M + max(4 * TILE_M, 8 * TILE_K)) bytes for a, and likewise for b.
#pragma OPENCL FP_CONTRACT OFF

#ifndef EMULATED
#define EMULATED 1
#endif

#ifndef ITEM_M
#define TILE_M 64
#define TILE_N 64
#define TILE_K 16
#define ITEM_M 4 // even
#define ITEM_N 8 // even
#define ITEMS_N (TILE_N / ITEM_N)
#define WHOLE 64
#define UNROLL 4
#endif

#define WARP 32
#define WARP_M (8 * ITEM_M)
#define WARP_N (4 * ITEM_N)
#if TILE_M % WARP_M || TILE_N % WARP_N || ITEM_M % 2 || ITEM_N % 2 || TILE_K % 8
#error "mma_tile: the warps do not divide the tile"
#endif

#define LINEAR ((int)(get_local_id(1) * ITEMS_N + get_local_id(0)))
#define LANE (LINEAR % WARP)
#define WARPS_N (TILE_N / WARP_N)
#define FIRST_M (LINEAR / WARP / WARPS_N * WARP_M)
#define FIRST_N (LINEAR / WARP % WARPS_N * WARP_N)

// See gemm_tile.cl, which has the same for products in fp32.
#define ITEM_ROW (LINEAR / WARP / WARPS_N * 8 + LANE / 4)
#define ITEM_COLUMN (LINEAR / WARP % WARPS_N * 4 + LANE % 4)
#define ROW(i) (FIRST_M + (i) * 8 + LANE / 4)
#define COLUMN(i) (FIRST_N + (i) / 2 * 8 + LANE % 4 * 2 + (i) % 2)
#define SPOT(along_k, k, m, tile) ((along_k) ? (m) * (TILE_K + 4) + (k) : (k) * ((tile) + 8) + (m))
#define HALF(tile) (TILE_K * (tile) + (4 * (tile) > 8 * TILE_K ? 4 * (tile) : 8 * TILE_K))
#define RUN_C 2

// The nearest tf32 of a number.
static inline float to_tf32(float x) {
#if EMULATED
  return isnan(x) ? x : as_float((as_uint(x) + 0x1000u) & 0xFFFFE000u);
#else
  uint bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return as_float(bits);
#endif
}

#define FACTOR(x) to_tf32(x)

// Multiplies TILE_K inner indices. The numbers of an item's rows of a begin where rows says, step
// after step; b lies as SPOT says.
#if EMULATED
static inline __attribute__((always_inline)) void multiply_tf32(local const float *tile_a, const int rows[ITEM_M],
                                 const int step, local const float *tile_b, const int along_b,
                                 float sum[ITEM_M][ITEM_N]) {
  for (int k = 0; k < TILE_K; k++) {
    for (int m = 0; m < ITEM_M; m++) {
      const float a = tile_a[rows[m] + k * step];
      for (int n = 0; n < ITEM_N; n++) {
        sum[m][n] = fma(a, tile_b[SPOT(along_b, k, COLUMN(n), TILE_N)], sum[m][n]);
      }
    }
  }
}
#else

// Of a 16 by 8 numbers, of b 8 by 8 and of the sums 16 by 8, as the items of a warp hold them.
static inline __attribute__((always_inline)) void mma(const float a[4], const float b[2], float low[2], float high[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(low[0]), "+f"(low[1]), "+f"(high[0]), "+f"(high[1])
      : "r"(as_uint(a[0])), "r"(as_uint(a[1])), "r"(as_uint(a[2])), "r"(as_uint(a[3])),
        "r"(as_uint(b[0])), "r"(as_uint(b[1])));
}

static inline __attribute__((always_inline)) void multiply_tf32(local const float *tile_a, const int rows[ITEM_M],
                                 const int step, local const float *tile_b, const int along_b,
                                 float sum[ITEM_M][ITEM_N]) {
  const int line = LANE / 4;
  const int place = LANE % 4;
#pragma unroll WHOLE
  for (int k = 0; k < TILE_K; k += 8) {
    float a[ITEM_M / 2][4];
    float b[ITEM_N / 2][2];
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M / 2; m++) {
#pragma unroll WHOLE
      for (int i = 0; i < 4; i++) {
        a[m][i] = tile_a[rows[2 * m + i % 2] + (k + place + i / 2 * 4) * step];
      }
    }
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N / 2; n++) {
#pragma unroll WHOLE
      for (int i = 0; i < 2; i++) {
        b[n][i] = tile_b[SPOT(along_b, k + place + i * 4, FIRST_N + n * 8 + line, TILE_N)];
      }
    }
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M / 2; m++) {
#pragma unroll WHOLE
      for (int n = 0; n < ITEM_N / 2; n++) {
        mma(a[m], b[n], sum[2 * m] + 2 * n, sum[2 * m + 1] + 2 * n);
      }
    }
  }
}
#endif
