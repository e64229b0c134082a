// Moments of what a first convolution of few input channels sees, before there are any weights: it
// is linear in the taps of its window, so the moments of its output follow from theirs.
// conv2d_few_patch.cl has the window's parameters.
//
//   mean[a]   = the mean of tap a over all windows of an image, or of a batch of images
//   cov[a,b]  = the mean of (tap a - mean[a]) * (tap b - mean[b]), for a up to b
//
// conv2d_few_moments makes those of images first to end - 1 of a data set, once for each; and
// conv2d_few_moments_merge those of each step's batch, once for all steps that are uploaded together. What one image adds is
// summed row by row, and rows and images are added with what rounding loses, so that what the
// weights make of the covariances may cancel.
//
// Layouts, all row-major:
//   stored    [images, X_H, X_W, X_C] of STORED
//   table     [images, MOMENTS], MOMENTS as conv2d_few_patch.cl has it
//   indices   [steps, BATCH], the image number of sample n of a step
//   steps     [steps] of (size, ...); a size is at least 1
//   merged    [steps, MOMENTS]
//
// Groups of ITEMS items, as many as the device likes: they take images, or steps, in turn. The order
// of every sum follows from the shapes alone. Local memory: 4 * (PATCH + TAPS) bytes; 3.6 KiB with
// the defaults.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef ROWS
#define ROWS 28 // rows of the output that are in local memory at once: a divisor of OUT_H
#define OUT_H 28
#define OUT_W 28
#endif
#ifndef GROUP
#define GROUP 64 // items
#endif

#define GATHER 0
#define LANES 1
#define COLUMNS GROUP
#define REAL float
#define VECTOR 1
#define PATCH_ROWS ROWS
#define PATCH_COLUMNS OUT_W
#include "conv2d_few_patch.cl"

#if GROUP < TAPS
#error "conv2d_few_moments: a group has to have an item for each tap"
#endif
#if OUT_H % ROWS
#error "conv2d_few_moments: the strips do not divide the output"
#endif

// Adds a number, and to low what rounding took from the sum (Knuth's two-sum).
ALWAYS void add_exactly(float term, float *sum, float *low) {
  const float next = *sum + term;
  const float added = next - *sum;
  *low += (*sum - (next - added)) + (term - added);
  *sum = next;
}

// The two taps of a covariance, which is number e of the moments.
ALWAYS int2 taps_of(int e) {
  int first = 0;
  int left = e - TAPS;
  while (left >= TAPS - first) {
    left -= TAPS - first;
    first++;
  }
  return (int2)(first, first + left);
}

// The sum over all windows in the patch of a tap, or of the product of what two of them are above
// their means.
ALWAYS void add_windows(local const float *patch, int one, int other, float mean, float others,
                        float *sum, float *low) {
  for (int row = 0; row < ROWS; row++) {
    local const float *a = patch + WINDOW(row, 0) + one;
    local const float *b = patch + WINDOW(row, 0) + other;
    float part = 0.0f;
    for (int column = 0; column < OUT_W; column++) {
      const float with = other < 0 ? 1.0f : b[WINDOW(0, column)] - others;
      part = fma(a[WINDOW(0, column)] - mean, with, part);
    }
    add_exactly(part, sum, low);
  }
}

// What an item makes in a pass: in the first a mean, if there is one for it, then a covariance.
#define PASSES (1 + (MOMENTS - TAPS + GROUP - 1) / GROUP)
#define NUMBER(pass) ((pass) == 0 ? item : TAPS + ((pass) - 1) * GROUP + item)

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void conv2d_few_moments(global const STORED *stored, const int first, const int end,
                        global float *table) {
  local float patch[PATCH];
  local float means[TAPS];
  const int item = get_local_id(0);
  for (int image = first + get_group_id(0); image < end; image += get_num_groups(0)) {
    for (int pass = 0; pass < PASSES; pass++) {
      const int mine = NUMBER(pass) < (pass == 0 ? TAPS : MOMENTS);
      const int2 pair = !mine ? (int2)(0) : pass == 0 ? (int2)(item) : taps_of(NUMBER(pass));
      const float mean = pass == 0 ? 0.0f : means[pair.x];
      const float others = pass == 0 ? 0.0f : means[pair.y];
      float sum = 0.0f;
      float low = 0.0f;
      for (int top = 0; top < OUT_H; top += ROWS) {
        bring(stored, 0, 0, image, top, item, patch);
        barrier(CLK_LOCAL_MEM_FENCE);
        add_windows(patch, TAP(pair.x), pass == 0 ? -1 : TAP(pair.y), mean, others, &sum, &low);
        barrier(CLK_LOCAL_MEM_FENCE);
      }
      const float result = (sum + low) / (OUT_H * OUT_W);
      if (mine) {
        table[(ulong)image * MOMENTS + NUMBER(pass)] = result;
      }
      if (mine && pass == 0) {
        means[item] = result;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void conv2d_few_moments_merge(global const float *table, global const int *indices,
                              global const int4 *steps, const int count, global float *merged) {
  local float means[TAPS];
  const int item = get_local_id(0);
  for (int step = get_group_id(0); step < count; step += get_num_groups(0)) {
    global const int *own = indices + (ulong)step * BATCH;
    const int size = steps[step].x;
    for (int pass = 0; pass < PASSES; pass++) {
      const int mine = NUMBER(pass) < (pass == 0 ? TAPS : MOMENTS);
      const int2 pair = !mine ? (int2)(0) : pass == 0 ? (int2)(item) : taps_of(NUMBER(pass));
      const float mean = pass == 0 ? 0.0f : means[pair.x];
      const float others = pass == 0 ? 0.0f : means[pair.y];
      float sum = 0.0f;
      float low = 0.0f;
#pragma unroll FOUR
      for (int n = 0; n < size; n++) {
        global const float *from = table + (ulong)own[n] * MOMENTS;
        add_exactly(from[mine ? NUMBER(pass) : 0], &sum, &low);
        if (pass > 0) {
          add_exactly((from[pair.x] - mean) * (from[pair.y] - others), &sum, &low);
        }
      }
      const float result = (sum + low) / size;
      if (mine) {
        merged[step * MOMENTS + NUMBER(pass)] = result;
      }
      if (mine && pass == 0) {
        means[item] = result;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
  }
}
