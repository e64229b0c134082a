// Copies and sums of whole activations.
//
//   copy  y[n, e] = x[n, e]
//   add   y[n, e] = y[n, e] + x[n, e]
//
// Layouts, all row-major:
//   steps  [steps] of (size, position in the epoch, global number, bits of the rate)
//   x, y   [BATCH, elements], fewer than 2^31 elements; only the samples that the step has are
//          read and written
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void copy(global const int4 *steps, const int step, const uint elements, global const float *x,
          global float *y) {
  const uint total = steps[step].x * elements;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    y[i] = x[i];
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void add(global const int4 *steps, const int step, const uint elements, global const float *x,
         global float *y) {
  const uint total = steps[step].x * elements;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    y[i] += x[i];
  }
}
