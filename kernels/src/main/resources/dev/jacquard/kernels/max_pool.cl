// Max-pooling and its derivative.
//
//   max_pool           y[n, i, j, c] = maximum of x[n, row, column, c] over the window of (i, j)
//   max_pool_backward  dx[n, row, column, c] = sum of dy[n, i, j, c] over the windows that
//                      (row, column) won, or 0; ACCUMULATE 1 adds it to dx
//
// The winner is the window's first maximum in row-major order, and its first NaN if it has one.
// What lies outside the input never wins. pool_window.cl has the window and its parameters.
//
// Layouts, all row-major:
//   steps    [steps] of (size, position in the epoch, global number, bits of the rate)
//   x, dx    [BATCH, IN_H, IN_W, CHANNELS], fewer than 2^31 elements
//   y, dy    [BATCH, OUT_H, OUT_W, CHANNELS], fewer than 2^31 elements
//   winners  [BATCH, OUT_H, OUT_W, CHANNELS] of the pixel that won, row * IN_W + column
// Only the samples that the step has are read and written.
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements of y, or of dx. Backward gathers, in the order of the windows, so it needs no atomics.
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

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void max_pool(global const int4 *steps, const int step, global const float *x, global float *y,
              global int *winners) {
  const uint total = steps[step].x * (OUT_PIXELS * CHANNELS);
  for (uint e = get_global_id(0); e < total; e += get_global_size(0)) {
    const uint pixel = e / CHANNELS;
    const range rows = rows_seen_by(pixel / OUT_W % OUT_H);
    const range columns = columns_seen_by(pixel % OUT_W);
    global const float *image = x + pixel / OUT_PIXELS * (IN_PIXELS * CHANNELS) + e % CHANNELS;
    float best = 0.0f;
    int winner = -1;
    for (int row = rows.x; row < rows.y; row++) {
      for (int column = columns.x; column < columns.y; column++) {
        const int at = row * IN_W + column;
        const float value = image[at * CHANNELS];
        if (winner < 0 || value > best || (isnan(value) && !isnan(best))) {
          best = value;
          winner = at;
        }
      }
    }
    y[e] = best;
    winners[e] = winner;
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void max_pool_backward(global const int4 *steps, const int step, global const float *dy,
                       global const int *winners, global float *dx) {
  const uint total = steps[step].x * (IN_PIXELS * CHANNELS);
  for (uint e = get_global_id(0); e < total; e += get_global_size(0)) {
    const uint pixel = e / CHANNELS;
    const range rows = rows_that_see(pixel / IN_W % IN_H);
    const range columns = columns_that_see(pixel % IN_W);
    const uint image = pixel / IN_PIXELS * (OUT_PIXELS * CHANNELS) + e % CHANNELS;
    const int here = pixel % IN_PIXELS;
    float sum = 0.0f;
    for (int i = rows.x; i < rows.y; i++) {
      for (int j = columns.x; j < columns.y; j++) {
        const uint at = image + (i * OUT_W + j) * CHANNELS;
        sum += winners[at] == here ? dy[at] : 0.0f;
      }
    }
    dx[e] = ACCUMULATE ? dx[e] + sum : sum;
  }
}
