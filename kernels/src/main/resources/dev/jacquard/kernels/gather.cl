// Stored samples become a batch of floats.
//
//   gather        out[n, e] = stored[indices[step * BATCH + n], e] * SCALE + OFFSET
//   gather_range  out[n, e] = stored[first + n, e] * SCALE + OFFSET
//
// each for e < ELEMENTS; gather for the n below the step's size, gather_range for n < count. The
// multiplication and the addition round once.
//
// Layouts, all row-major:
//   steps    [steps] of (size, position in the epoch, global number, bits of the rate)
//   stored   [samples, ELEMENTS] of STORED; may have 2^31 elements and more
//   indices  [steps, BATCH], the number of sample n of a step in stored
//   out      [BATCH, ELEMENTS], or [count, ELEMENTS]; fewer than 2^31 elements
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif

// The shape. The defaults are the input of fmnist-reference at batch 64.
#ifndef BATCH
#define BATCH 64
#endif
#ifndef ELEMENTS
#define ELEMENTS 784 // of a sample
#endif

#ifndef STORED
#define STORED uchar // float, uchar
#endif
#ifndef SCALE
#define SCALE (1.0f / 255.0f)
#endif
#ifndef OFFSET
#define OFFSET 0.0f
#endif

static inline float element_of(global const STORED *stored, int number, uint element) {
  return fma((float)stored[(ulong)number * ELEMENTS + element], SCALE, OFFSET);
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void gather(global const int4 *steps, const int step, global const STORED *stored,
            global const int *indices, global float *out) {
  const uint total = steps[step].x * ELEMENTS;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    out[i] = element_of(stored, indices[step * BATCH + i / ELEMENTS], i % ELEMENTS);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void gather_range(global const STORED *stored, const int first, const int count,
                  global float *out) {
  const uint total = count * ELEMENTS;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    out[i] = element_of(stored, first + i / ELEMENTS, i % ELEMENTS);
  }
}
