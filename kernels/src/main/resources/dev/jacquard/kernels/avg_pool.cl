// Average pooling and its derivative; one window over the whole image is global average pooling.
//
//   avg_pool           y[n, i, j, c] = mean of x[n, row, column, c] over the positions of the
//                      window of (i, j) that lie inside the input
//   avg_pool_backward  dx[n, row, column, c] = sum of dy[n, i, j, c] / positions inside, over the
//                      windows that see (row, column), or 0; ACCUMULATE 1 adds it to dx
//
// pool_window.cl has the window and its parameters.
//
// Layouts, all row-major:
//   steps  [steps] of (size, position in the epoch, global number, bits of the rate)
//   x, dx  [BATCH, IN_H, IN_W, CHANNELS], fewer than 2^31 elements
//   y, dy  [BATCH, OUT_H, OUT_W, CHANNELS], fewer than 2^31 elements
// Only the samples that the step has are read and written.
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements of y, or of dx. Sums go row by row, then over the rows: the rounding of a large window
// grows with its sides, not with its area. Backward gathers, so it needs no atomics.
// No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif

#ifndef ACCUMULATE
#define ACCUMULATE 0 // 0 writes dx, 1 adds to it
#endif
#include "pool_window.cl"

static inline float positions(range rows, range columns) {
  return (rows.y - rows.x) * (columns.y - columns.x);
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void avg_pool(global const int4 *steps, const int step, global const float *x, global float *y) {
  const uint total = steps[step].x * (OUT_PIXELS * CHANNELS);
  for (uint e = get_global_id(0); e < total; e += get_global_size(0)) {
    const uint pixel = e / CHANNELS;
    const range rows = rows_seen_by(pixel / OUT_W % OUT_H);
    const range columns = columns_seen_by(pixel % OUT_W);
    global const float *image = x + pixel / OUT_PIXELS * (IN_PIXELS * CHANNELS) + e % CHANNELS;
    float sum = 0.0f;
    for (int row = rows.x; row < rows.y; row++) {
      float row_sum = 0.0f;
      for (int column = columns.x; column < columns.y; column++) {
        row_sum += image[(row * IN_W + column) * CHANNELS];
      }
      sum += row_sum;
    }
    y[e] = sum / positions(rows, columns);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void avg_pool_backward(global const int4 *steps, const int step, global const float *dy,
                       global float *dx) {
  const uint total = steps[step].x * (IN_PIXELS * CHANNELS);
  for (uint e = get_global_id(0); e < total; e += get_global_size(0)) {
    const uint pixel = e / CHANNELS;
    const range rows = rows_that_see(pixel / IN_W % IN_H);
    const range columns = columns_that_see(pixel % IN_W);
    const uint image = pixel / IN_PIXELS * (OUT_PIXELS * CHANNELS) + e % CHANNELS;
    float sum = 0.0f;
    for (int i = rows.x; i < rows.y; i++) {
      const range rows_seen = rows_seen_by(i);
      float row_sum = 0.0f;
      for (int j = columns.x; j < columns.y; j++) {
        const float gradient = dy[image + (i * OUT_W + j) * CHANNELS];
        row_sum += gradient / positions(rows_seen, columns_seen_by(j));
      }
      sum += row_sum;
    }
    dx[e] = ACCUMULATE ? dx[e] + sum : sum;
  }
}
