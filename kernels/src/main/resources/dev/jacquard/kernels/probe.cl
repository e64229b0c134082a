// What a device does at most, for the roofline that other kernels are held against.
//
//   probe_copy  y[i] = x[i]
//   probe_fma   eight independent chains  a = fma(a, 0.5, 0.5)  in each item, ROUNDS long;
//               y[item] is their sum, so that no compiler leaves them out: 16 * WIDTH * ROUNDS
//               operations an item, a multiply-add being two
//
// Layouts:
//   x, y  vectors of WIDTH floats, aligned to their size; probe_copy takes how many there are
//
// Groups of GROUP items in one dimension; those of probe_copy each take a share of the vectors in
// one piece, fewer than 2^31 with a share to spare. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 256 // items of a group: 1 to 256
#endif
#ifndef WIDTH
#define WIDTH 4 // floats of a vector: 1, 2, 4, 8 or 16
#endif

#ifndef ROUNDS
#define ROUNDS 1024 // multiply-adds of a chain
#endif

#define JOINED(a, b) a##b
#define VECTOR_OF(width) JOINED(float, width)
#if WIDTH == 1
typedef float floats;
#else
typedef VECTOR_OF(WIDTH) floats;
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void probe_copy(global const floats *x, global floats *y, const int vectors) {
  const int share = (vectors - 1) / (int)get_num_groups(0) + 1;
  const int from = share * get_group_id(0);
  const int to = min(from + share, vectors);
  for (int i = from + get_local_id(0); i < to; i += GROUP) {
    y[i] = x[i];
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void probe_fma(global floats *y) {
  const floats by = (floats)(0.5f);
  floats a = (floats)((float)get_global_id(0));
  floats b = a + 1.0f, c = a + 2.0f, d = a + 3.0f;
  floats e = a + 4.0f, f = a + 5.0f, g = a + 6.0f, h = a + 7.0f;
  for (int round = 0; round < ROUNDS; round++) {
    a = fma(a, by, by);
    b = fma(b, by, by);
    c = fma(c, by, by);
    d = fma(d, by, by);
    e = fma(e, by, by);
    f = fma(f, by, by);
    g = fma(g, by, by);
    h = fma(h, by, by);
  }
  y[get_global_id(0)] = ((a + b) + (c + d)) + ((e + f) + (g + h));
}
