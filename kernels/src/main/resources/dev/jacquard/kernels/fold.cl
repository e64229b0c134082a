// Batch norm in inference, folded into the convolution or dense layer before it.
//
//   factor[f] = gamma[f] / sqrt(moving_variance[f] + EPSILON)
//   folded[k,f] = w[k,f] * factor[f]
//   folded_bias[f] = (bias[f] - moving_mean[f]) * factor[f] + beta[f]
//
// Layouts, all row-major:
//   w, folded          [inner, filters]
//   bias, folded_bias  [filters], as the moving statistics, gamma and beta; bias is not read if BIAS
//                      is 0, gamma not without SCALE, beta not without CENTER
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// weights. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif

#ifndef BIAS
#define BIAS 1   // whether there is a bias
#define SCALE 1  // whether there is a gamma
#define CENTER 1 // whether there is a beta
#define EPSILON 1e-3f
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void fold(const int inner, const int filters, global const float *w, global const float *bias,
          global const float *gamma, global const float *beta, global const float *moving_mean,
          global const float *moving_variance, global float *folded, global float *folded_bias) {
  for (uint e = get_global_id(0); e < (uint)(inner * filters); e += get_global_size(0)) {
    const int f = e % filters;
    const float inverse = 1.0f / sqrt(moving_variance[f] + EPSILON);
    const float factor = SCALE ? gamma[f] * inverse : inverse;
    folded[e] = w[e] * factor;
    if (e < (uint)filters) {
      const float off = (BIAS ? bias[f] : 0.0f) - moving_mean[f];
      folded_bias[f] = CENTER ? fma(off, factor, beta[f]) : off * factor;
    }
  }
}
