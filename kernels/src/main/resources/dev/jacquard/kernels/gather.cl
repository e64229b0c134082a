// Stored samples become a batch of floats.
//
//   out[n, e] = stored[indices[step * batch + n], e] * SCALE + OFFSET
//
// for e < elements and the n below the step's size. The multiplication and the addition round once.
//
// Layouts, all row-major:
//   steps    [steps] of (size, position in the epoch, global number, bits of the rate)
//   stored   [samples, elements] of STORED; may have 2^31 elements and more
//   indices  [steps, batch], the number of sample n of a step in stored
//   out      [batch, elements]; fewer than 2^31 elements
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
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

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void gather(global const int4 *steps, const int step, global const STORED *stored,
            global const int *indices, const int batch, const uint elements, global float *out) {
  const uint total = steps[step].x * elements;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    const ulong number = indices[step * batch + i / elements];
    out[i] = fma((float)stored[number * elements + i % elements], SCALE, OFFSET);
  }
}
