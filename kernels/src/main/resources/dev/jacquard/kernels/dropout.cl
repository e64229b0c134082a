// Dropout in training, and its derivative; the mask is drawn again for backward, not kept.
//
//   dropout           y = DROP_SCALE * x, or +0 where dropped
//   dropout_backward  dx = DROP_SCALE * dy, or +0 where dropped; ACCUMULATE 1 adds it to dx
//
// Which elements are dropped are the bits of dev.jacquard.random, see philox.cl. A dropped element
// is selected, not multiplied: what it was, NaN too, leaves no trace.
//
// Layouts, all row-major:
//   steps                [steps] of (size, position in the epoch, global number, bits of the rate)
//   x, y, dx, dy         [BATCH, elements], fewer than 2^31 elements; only the samples that the
//                        step has are read and written
//   stream               of the draws: that of the dropout's node
//   seed_low, seed_high  the halves of the seed, the key of the draws
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over chunks of
// VECTOR neighbours in a sample, which share their draws. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif
#ifndef VECTOR
#define VECTOR 4 // elements of a chunk: 1 to 128
#endif

// DROP_BITS and DROP_THRESHOLD are philox.cl's. A threshold of 0 drops nothing.
#ifndef DROP_SCALE
#define DROP_SCALE (1.0f / 0.75f)
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0 // 0 writes dx, 1 adds to it
#endif
#include "philox.cl"

// What is drawn: the stream of the dropout's node, the key, and the elements of a sample.
typedef struct {
  uint elements;
  uint stream;
  uint2 key;
} drawing;

static inline void drop(int4 now, drawing d, global const float *from, global float *to,
                        const bool accumulate) {
  const uint chunks = (d.elements + VECTOR - 1) / VECTOR;
  const uint total = now.x * chunks;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    const uint n = i / chunks;
    const uint first = i % chunks * VECTOR;
    uint4 block = 0;
    for (uint e = first; e < min(first + VECTOR, d.elements); e++) {
      if (e == first || e % PER_BLOCK == 0) {
        block = philox((uint4)(e / PER_BLOCK, now.y + n, now.z, d.stream), d.key);
      }
      const uint at = n * d.elements + e;
      const float value = philox_keeps(block, e) ? DROP_SCALE * from[at] : 0.0f;
      to[at] = accumulate ? to[at] + value : value;
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void dropout(global const int4 *steps, const int step, const uint elements, const uint stream,
             const uint seed_low, const uint seed_high, global const float *x, global float *y) {
  drop(steps[step], (drawing){elements, stream, (uint2)(seed_low, seed_high)}, x, y, false);
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void dropout_backward(global const int4 *steps, const int step, const uint elements,
                      const uint stream, const uint seed_low, const uint seed_high,
                      global const float *dy, global float *dx) {
  drop(steps[step], (drawing){elements, stream, (uint2)(seed_low, seed_high)}, dy, dx,
       ACCUMULATE);
}
