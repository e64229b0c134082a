// A convolution of few input channels, for the kernels that compute its output to include: the
// input of some of its rows lies in local memory as a patch, and an item keeps all taps of its
// filters in registers. It has no kernel of its own.
//
//   y[i,j,f] = bias[f] + sum over a, b, c of
//              x[i * STRIDE_H + a - TOP, j * STRIDE_W + b - LEFT, c] * w[a,b,c,f], x = 0 outside
//
//   BATCH                   samples of a full batch
//   X_H, X_W, X_C           input
//   KERNEL_H, KERNEL_W, STRIDE_H, STRIDE_W, TOP, LEFT  window; TOP and LEFT are its padding
//   STORED                  what the input is stored as: float, uchar
//   X_SCALE, X_OFFSET       x = stored * X_SCALE + X_OFFSET; without X_SCALE, x = stored
//   GATHER                  1: stored is a resident data set, and indices [steps, BATCH] say which
//                           samples a step has; 0: stored is the batch itself
//   PATCH_ROWS, PATCH_COLUMNS  rows of the output that a patch serves, and columns: all
//   REAL, VECTOR            filters of an item: a float or a vector; their number
//   LANES, COLUMNS          items of a group that share filters, and different ones: item number
//                           i is lane i / COLUMNS and column i % COLUMNS
//
// What the lanes have is added in their order, so that every item has the same sum.
#pragma OPENCL FP_CONTRACT OFF

// The defaults are the first convolution of fmnist-reference.
#ifndef X_H
#define X_H 28
#define X_W 28
#define X_C 1
#define KERNEL_H 3
#define KERNEL_W 3
#define STRIDE_H 1
#define STRIDE_W 1
#define TOP 1
#define LEFT 1
#endif
#ifndef BATCH
#define BATCH 64
#endif
#ifndef PATCH_ROWS
#define PATCH_ROWS 14
#define PATCH_COLUMNS 28
#endif
#ifndef REAL
#define REAL float4
#define VECTOR 4
#define LANES 32
#define COLUMNS 8
#endif
#ifndef STORED
#define STORED float
#endif
#ifndef GATHER
#define GATHER 0
#endif

// Loops over taps have no jumps, so that an item's numbers stay in registers; with UNROLL 0 they
// have: processors' compilers take long over barriers that come many times. FOUR is for long loops
// over what is in memory: so many loads in flight.
#ifndef UNROLL
#define UNROLL 1
#endif
#if UNROLL
#define WHOLE 64
#define FOUR 4
#else
#define WHOLE 1
#define FOUR 1
#endif

#ifdef X_SCALE
#define X_NUMBER(from) fma((float)*(from), X_SCALE, X_OFFSET)
#else
#define X_NUMBER(from) ((float)*(from))
#endif

#define ITEMS (LANES * COLUMNS)
#define TAPS (KERNEL_H * KERNEL_W * X_C)
#define PATCH_H ((PATCH_ROWS - 1) * STRIDE_H + KERNEL_H)
#define PATCH_W ((PATCH_COLUMNS - 1) * STRIDE_W + KERNEL_W)
#define PATCH (PATCH_H * PATCH_W * X_C)

// Taps for which shared has room at once: in 18 KiB, or less.
#define MOST_TAPS (4608 / (ITEMS * VECTOR))
#define AT_ONCE (MOST_TAPS < 1 ? 1 : MOST_TAPS < TAPS ? MOST_TAPS : TAPS)

// A patch's moments: the means of its taps, then their covariances, row by row, each tap's with
// itself and with those behind it.
#define MOMENTS (TAPS + TAPS * (TAPS + 1) / 2)
#define COVARIANCE(a, b) (TAPS + (a) * (2 * TAPS - (a) + 1) / 2 + (b) - (a)) // a up to b

// Where an output's window begins in the patch, and where a tap lies from there.
#define WINDOW(row, column) (((row) * (STRIDE_H * PATCH_W) + (column) * STRIDE_W) * X_C)
#define TAP(tap) ((tap) / (KERNEL_W * X_C) * (PATCH_W * X_C) + (tap) % (KERNEL_W * X_C))

#define REALS(from) (*(global const REAL *)(from))
#define ALWAYS static inline __attribute__((always_inline))

// Brings the input of the output's rows from `row` on, of a step's sample n, into local memory,
// with zeros around it.
ALWAYS void bring(global const STORED *stored, global const int *indices, int step, int n, int row,
                  int item, local float *patch) {
#if GATHER
  global const STORED *sample = stored + (ulong)indices[step * BATCH + n] * (X_H * X_W * X_C);
#else
  global const STORED *sample = stored + (ulong)n * (X_H * X_W * X_C);
#endif
  const int top = row * STRIDE_H - TOP;
  for (int i = item; i < PATCH; i += ITEMS) {
    const int line = top + i / (PATCH_W * X_C);
    const int column = i / X_C % PATCH_W - LEFT;
    const int inside = line >= 0 && line < X_H && column >= 0 && column < X_W;
    const int offset = inside ? (line * X_W + column) * X_C + i % X_C : 0;
    patch[i] = inside ? X_NUMBER(sample + offset) : 0.0f;
  }
}

// The taps of neighbouring filters, from the first one's on.
ALWAYS void load_taps(global const float *w, int filters, REAL *taps) {
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    taps[tap] = REALS(w + tap * filters);
  }
}

// The sum over a window, added to what is there.
ALWAYS REAL sum_of(local const float *window, const REAL *taps, REAL sum) {
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    sum = fma((REAL)(window[TAP(tap)]), taps[tap], sum);
  }
  return sum;
}

ALWAYS REAL output_of(local const float *window, const REAL *taps, REAL bias) {
  return sum_of(window, taps, (REAL)(0.0f)) + bias;
}

// Adds what a pixel gives to the gradient of the taps.
ALWAYS void add_gradient(local const float *window, REAL dy, REAL *sums) {
#pragma unroll WHOLE
  for (int tap = 0; tap < TAPS; tap++) {
    sums[tap] = fma((REAL)(window[TAP(tap)]), dy, sums[tap]);
  }
}

// Adds what the lanes have, in their order; all items come here, and each gets its filters' sum.
ALWAYS REAL added(REAL own, int item, local REAL *shared) {
  shared[item] = own;
  barrier(CLK_LOCAL_MEM_FENCE);
  REAL sum = 0.0f;
#pragma unroll FOUR
  for (int lane = 0; lane < LANES; lane++) {
    sum += shared[lane * COLUMNS + item % COLUMNS];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return sum;
}

// The mean of all numbers of all lanes and the sum of their squared deviations from it. Each lane
// has `count` of `all`, kept one of them, and the sums of what they are above it and of the squares
// of that: as it is one of them, few digits cancel.
ALWAYS REAL moments_of(float count, float all, REAL one, REAL above, REAL squares, int item,
                       local REAL *shared, REAL *deviations) {
  const REAL mean = added(fma((REAL)(count), one, above), item, shared) / all;
  const REAL off = above / max(count, 1.0f);
  const REAL own = fma(-above, off, squares);
  const REAL between = one + off - mean;
  *deviations = added(fma((REAL)(count) * between, between, own), item, shared);
  return mean;
}

// Adds what the lanes have of every tap, in their order, as many taps at once as shared has room
// for. `to` is [TAPS, filters]: of the group's filters, the first `count` are written.
ALWAYS void add_taps(const REAL *sums, int item, local REAL *shared, int filters, int count,
                     global float *to) {
  local const float *numbers = (local const float *)shared;
#pragma unroll WHOLE
  for (int first = 0; first < TAPS; first += AT_ONCE) {
#pragma unroll WHOLE
    for (int tap = 0; tap < AT_ONCE; tap++) {
      if (first + tap < TAPS) {
        shared[(item / COLUMNS * AT_ONCE + tap) * COLUMNS + item % COLUMNS] = sums[first + tap];
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int end = (TAPS - first < AT_ONCE ? TAPS - first : AT_ONCE) * (COLUMNS * VECTOR);
    for (int e = item; e < end; e += ITEMS) {
      float sum = 0.0f;
#pragma unroll FOUR
      for (int lane = 0; lane < LANES; lane++) {
        sum += numbers[lane * (AT_ONCE * COLUMNS * VECTOR) + e];
      }
      if (e % (COLUMNS * VECTOR) < count) {
        to[(first + e / (COLUMNS * VECTOR)) * filters + e % (COLUMNS * VECTOR)] = sum;
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}
