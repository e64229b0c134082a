// A tile of a matrix product c[m,n] = sum over k of a[m,k] * b[k,n], as a graphics processor likes
// it: for other files to include; it has no kernel of its own.
//
// A work-group of TILE_N / ITEM_N by TILE_M / ITEM_M items makes TILE_M rows by TILE_N columns, an
// item ITEM_M by ITEM_N of them in registers. TILE_K inner indices of both operands lie in local
// memory, in two halves: while the items multiply one, they have the other's numbers under way from
// global memory, so that a round takes one barrier. An item's rows and columns come in fours, and
// the fours of neighbouring items are neighbours: reads of local memory are aligned float4 without
// bank conflicts, and writes of global memory join up. With TF32 tensor cores multiply, see
// mma_tile.cl, which then says who has which rows and columns.
//
// A program may make products of several kinds, whose operands lie differently; kind is a literal
// wherever a kernel calls product, so that a compiler sees each kind by itself.
// The file that includes it defines before:
//   source           a type that holds where the operands come from
//   FOURS_A          if it makes whole products here: 1 if a is loaded in fours, which demands pointers aligned to 16 bytes and
//                    counts that are multiples of four; 0 if one by one
//   ALONG_K_A(kind)  1 if a's neighbours in global memory are those in k, 0 if those in m
//   FOURS_B, ALONG_K_B(kind)  the same of b, with n for m; without the second, b is brought by others
//   FOURS_C          1 if c is written in fours, on the same conditions
// and after, where m and n count from the tile's corner and k is any index from 0 on:
//   run_a load_a(const source *from, int kind, int m, int k)  one number, or four along k or m;
//   run_b load_b(const source *from, int kind, int k, int n)  zeros where there are none
//
// Local memory of product: 8 * TILE_K * (TILE_M + TILE_N + 4) bytes, or as mma_tile.cl says;
// 12.5 KiB with the defaults.
//
// Each sum is one chain in the order of k.
#pragma OPENCL FP_CONTRACT OFF

#ifndef TF32
#define TF32 0 // 1: tensor cores multiply factors that are rounded to tf32
#endif

// Tuning. ITEM_M divides TILE_M, ITEM_N divides TILE_N, and all of TILE are multiples of 4.
#ifndef TILE_M
#define TILE_M 64 // rows of a group: 16, 32, 48, 64, 96, 128
#endif
#ifndef TILE_N
#define TILE_N 32 // columns of a group: 16, 32, 64, 128
#endif
#ifndef TILE_K
#define TILE_K 16 // inner indices in local memory at a time: 8, 16, 32
#endif
#ifndef ITEM_M
#define ITEM_M 4 // rows of an item: 1, 2, 4, 7, 8, 14
#endif
#ifndef ITEM_N
#define ITEM_N 4 // columns of an item: 1, 2, 4, 8
#endif

#ifndef UNROLL
#define UNROLL 4 // inner indices without a jump between them: 1 to TILE_K
#endif

// Loops over an item's numbers have no jumps at all, so that these stay in registers; with UNROLL 1
// nothing is unrolled: processors' compilers take seconds over such code, and PoCL's may crash.
#if UNROLL > 1
#define WHOLE 64
#else
#define WHOLE 1
#endif

#if TILE_M % ITEM_M || TILE_N % ITEM_N || TILE_M % 4 || TILE_N % 4 || TILE_K % 4
#error "gemm_tile: the items do not divide the tile"
#endif

#define ITEMS_M (TILE_M / ITEM_M)
#define ITEMS_N (TILE_N / ITEM_N)
#define ITEMS (ITEMS_M * ITEMS_N)

// For a kernel whose group is the tile's items. NVIDIA's compiler heeds the most registers that it
// is told only where it does not know the group.
#ifdef REGISTERS
#define TILE_GROUP
#else
#define TILE_GROUP __attribute__((reqd_work_group_size(ITEMS_N, ITEMS_M, 1)))
#endif

#if TF32
#include "mma_tile.cl"
#else
// Which rows and columns an item has, and where in the tile its i-th of them is. They come in
// groups of FOUR_M or FOUR_N.
#define ITEM_ROW ((int)get_local_id(1))
#define ITEM_COLUMN ((int)get_local_id(0))
#ifndef FOUR_M
#define FOUR_M (ITEM_M % 4 ? 1 : 4)
#endif
#ifndef FOUR_N
#define FOUR_N (ITEM_N % 4 ? 1 : 4)
#endif
#define ROW(i) ((i) / FOUR_M * (FOUR_M * ITEMS_M) + ITEM_ROW * FOUR_M + (i) % FOUR_M)
#define COLUMN(i) ((i) / FOUR_N * (FOUR_N * ITEMS_N) + ITEM_COLUMN * FOUR_N + (i) % FOUR_N)

// Where a number of an operand lies in local memory, whichever way it came. Eight floats after
// every four rows let items that store along k meet different banks.
#define SPOT(along_k, k, m, tile) ((k) * (tile) + (k) / 4 * 8 + (m))
#define HALF(tile) SPOT(0, TILE_K, 0, tile)
// What a number is before it is multiplied.
#define FACTOR(x) (x)
// Neighbouring columns that an item writes at once.
#define RUN_C (FOUR_N == 4 ? 4 : 1)
#endif
#define HALF_A HALF(TILE_M)
#define HALF_B HALF(TILE_N)

#ifdef FOURS_B

static inline int this_item(void) {
  return get_local_id(1) * ITEMS_N + get_local_id(0);
}

// Where an item's i-th run begins. Runs come in lines, along k or along m; where a line's runs
// divide the items, an item keeps its place in the line, and what follows from it is computed once.
#define PLACE(i, line) (ITEMS % (line) ? ((i) * ITEMS + item) % (line) : item % (line))
#define LINE(i, line) \
  (ITEMS % (line) ? ((i) * ITEMS + item) / (line) : (i) * (ITEMS / (line)) + item / (line))
#define K_OF(i, along_k, tile, run) \
  ((along_k) ? PLACE(i, TILE_K / (run)) * (run) : LINE(i, (tile) / (run)))
#define M_OF(i, along_k, tile, run) \
  ((along_k) ? LINE(i, TILE_K / (run)) : PLACE(i, (tile) / (run)) * (run))
#define EXISTS(i, runs) ((runs) % ITEMS == 0 || (i) * ITEMS + item < (runs))

static inline void put_one(local float *tile, int width, const int along_k, int k, int m,
                           float number) {
  tile[SPOT(along_k, k, m, width)] = FACTOR(number);
}

static inline void put_four(local float *tile, int width, const int along_k, int k, int m,
                            float4 run) {
  const float4 factors =
      (float4)(FACTOR(run.x), FACTOR(run.y), FACTOR(run.z), FACTOR(run.w));
  if (TF32 != 0 || !along_k) {
    *(local float4 *)(tile + SPOT(along_k, k, m, width)) = factors;
  } else {
    tile[SPOT(along_k, k, m, width)] = factors.x;
    tile[SPOT(along_k, k + 1, m, width)] = factors.y;
    tile[SPOT(along_k, k + 2, m, width)] = factors.z;
    tile[SPOT(along_k, k + 3, m, width)] = factors.w;
  }
}

#ifdef ALONG_K_B

// An operand's tile is so many runs, and an item moves so many of them.
#if FOURS_B
typedef float4 run_b;
#define RUN_B 4
#define PUT_B put_four
#else
typedef float run_b;
#define RUN_B 1
#define PUT_B put_one
#endif
#define RUNS_B (TILE_K * TILE_N / RUN_B)
#define MINE_B ((RUNS_B + ITEMS - 1) / ITEMS)

static inline run_b load_b(const source *from, const int kind, int k, int n);

static inline void fetch_b(const source *from, const int kind, int k0, run_b *b) {
  const int item = this_item();
#pragma unroll WHOLE
  for (int i = 0; i < MINE_B; i++) {
    if (EXISTS(i, RUNS_B)) {
      b[i] = load_b(from, kind, k0 + K_OF(i, ALONG_K_B(kind), TILE_N, RUN_B),
                    M_OF(i, ALONG_K_B(kind), TILE_N, RUN_B));
    }
  }
}

static inline void put_b(const int kind, const run_b *b, local float *tile) {
  const int item = this_item();
#pragma unroll WHOLE
  for (int i = 0; i < MINE_B; i++) {
    if (EXISTS(i, RUNS_B)) {
      PUT_B(tile, TILE_N, ALONG_K_B(kind), K_OF(i, ALONG_K_B(kind), TILE_N, RUN_B),
            M_OF(i, ALONG_K_B(kind), TILE_N, RUN_B), b[i]);
    }
  }
}

#endif

#if !TF32
// The numbers of a row in local memory that an item multiplies.
static inline void read(local const float *row, const int count, const int step, float *to) {
  if (count % 4 == 0) {
#pragma unroll WHOLE
    for (int i = 0; i < count; i += 4) {
      const float4 four = *(local const float4 *)(row + i / 4 * step);
      to[i] = four.x;
      to[i + 1] = four.y;
      to[i + 2] = four.z;
      to[i + 3] = four.w;
    }
  } else {
#pragma unroll WHOLE
    for (int i = 0; i < count; i++) {
      to[i] = row[i * step];
    }
  }
}
#endif

static inline void clear(float sum[ITEM_M][ITEM_N]) {
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n++) {
      sum[m][n] = 0.0f;
    }
  }
}

#ifdef FOURS_A

#if FOURS_A
typedef float4 run_a;
#define RUN_A 4
#define PUT_A put_four
#else
typedef float run_a;
#define RUN_A 1
#define PUT_A put_one
#endif
#define RUNS_A (TILE_K * TILE_M / RUN_A)
#define MINE_A ((RUNS_A + ITEMS - 1) / ITEMS)

static inline run_a load_a(const source *from, const int kind, int m, int k);

static inline void fetch_a(const source *from, const int kind, int k0, run_a *a) {
  const int item = this_item();
#pragma unroll WHOLE
  for (int i = 0; i < MINE_A; i++) {
    if (EXISTS(i, RUNS_A)) {
      a[i] = load_a(from, kind, M_OF(i, ALONG_K_A(kind), TILE_M, RUN_A),
                    k0 + K_OF(i, ALONG_K_A(kind), TILE_M, RUN_A));
    }
  }
}

static inline void put_a(const int kind, const run_a *a, local float *tile) {
  const int item = this_item();
#pragma unroll WHOLE
  for (int i = 0; i < MINE_A; i++) {
    if (EXISTS(i, RUNS_A)) {
      PUT_A(tile, TILE_M, ALONG_K_A(kind), K_OF(i, ALONG_K_A(kind), TILE_M, RUN_A),
            M_OF(i, ALONG_K_A(kind), TILE_M, RUN_A), a[i]);
    }
  }
}

static inline void multiply(const int kind, local const float *tile_a, local const float *tile_b,
                            float sum[ITEM_M][ITEM_N]) {
#if TF32
  int rows[ITEM_M];
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
    rows[m] = SPOT(ALONG_K_A(kind), 0, ROW(m), TILE_M);
  }
  multiply_tf32(tile_a, rows, SPOT(ALONG_K_A(kind), 1, 0, TILE_M), tile_b, ALONG_K_B(kind), sum);
#else
#pragma unroll UNROLL
  for (int k = 0; k < TILE_K; k++) {
    float a[ITEM_M];
    float b[ITEM_N];
    read(tile_a + SPOT(0, k, ROW(0), TILE_M), ITEM_M, FOUR_M * ITEMS_M, a);
    read(tile_b + SPOT(0, k, COLUMN(0), TILE_N), ITEM_N, FOUR_N * ITEMS_N, b);
#pragma unroll WHOLE
    for (int m = 0; m < ITEM_M; m++) {
#pragma unroll WHOLE
      for (int n = 0; n < ITEM_N; n++) {
        sum[m][n] = fma(a[m], b[n], sum[m][n]);
      }
    }
  }
#endif
}

// Adds the sums of an item over the inner indices 0 to inner - 1, of which a group has as many in
// all its items. All items of the group must come here.
static inline __attribute__((always_inline)) void product(const source *from, const int kind,
                                                          const int inner, local float *tile_a,
                                                          local float *tile_b,
                                                          float sum[ITEM_M][ITEM_N]) {
  run_a a[MINE_A];
  run_b b[MINE_B];
  // Each function has one call here, so that compilers take it in and keep arrays in registers.
  const int rounds = (inner + TILE_K - 1) / TILE_K;
  for (int round = 0; round <= rounds; round++) {
    const int half_a = round % 2 * HALF_A;
    const int half_b = round % 2 * HALF_B;
    if (round < rounds) {
      fetch_a(from, kind, round * TILE_K, a);
      fetch_b(from, kind, round * TILE_K, b);
    }
    if (round > 0) {
      multiply(kind, tile_a + HALF_A - half_a, tile_b + HALF_B - half_b, sum);
    }
    if (round < rounds) {
      put_a(kind, a, tile_a + half_a);
      put_b(kind, b, tile_b + half_b);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}

#endif

// Writes what an item has of the tile's first rows and columns, as far as they exist, to a matrix
// of which a row has pitch numbers.
static inline void write(float sum[ITEM_M][ITEM_N], global float *to, const int pitch,
                         const int rows, const int columns) {
#pragma unroll WHOLE
  for (int m = 0; m < ITEM_M; m++) {
#if FOURS_C && RUN_C > 1
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n += RUN_C) {
      if (ROW(m) < rows && COLUMN(n) < columns) {
        global float *at = to + ROW(m) * pitch + COLUMN(n);
#if RUN_C == 4
        *(global float4 *)at = (float4)(sum[m][n], sum[m][n + 1], sum[m][n + 2], sum[m][n + 3]);
#else
        *(global float2 *)at = (float2)(sum[m][n], sum[m][n + 1]);
#endif
      }
    }
#else
#pragma unroll WHOLE
    for (int n = 0; n < ITEM_N; n++) {
      if (ROW(m) < rows && COLUMN(n) < columns) {
        to[ROW(m) * pitch + COLUMN(n)] = sum[m][n];
      }
    }
#endif
  }
}

#endif
