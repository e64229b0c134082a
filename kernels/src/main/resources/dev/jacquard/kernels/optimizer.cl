// The optimisers' updates of all trainable parameters at once: Keras 3's formulas.
//
//   adam      m = KEEP_M * m + TAKE_M * g, v = KEEP_V * v + TAKE_V * g^2,
//             w = w - decay * w - rate * m / (sqrt(v) + EPSILON)
//   sgd       w = w - rate * g
//   momentum  m = MOMENTUM * m - rate * g, then w = w + m, or with NESTEROV
//             w = w + MOMENTUM * m - rate * g
//
// Layouts:
//   rates       [steps] of (rate, decay), on 8 bytes. Adam's rate has the bias correction in it,
//               lr * sqrt(1 - beta2^t) / (1 - beta1^t): that takes powers in double, which devices
//               may lack. decay is AdamW's lr * weight decay, 0 for Adam, and read by adam alone
//   w, g, m, v  [count]: parameters, gradients, moments
//
// A moment smaller than the least normal number becomes 0: those of a parameter without gradient
// fade until rounding keeps them above 0 for ever, at a size at which processors compute slowly.
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements. No local memory.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif

// Adam's. What is taken is rounded from 1 - beta in double: in float 1 - 0.999f is 5e-5 off.
#ifndef KEEP_M
#define KEEP_M 0.9f
#define TAKE_M 0.1f
#define KEEP_V 0.999f
#define TAKE_V 0.001f
#define EPSILON 1e-7f
#endif

#ifndef MOMENTUM
#define MOMENTUM 0.9f
#define NESTEROV 0 // 0 or 1
#endif

// NaN is not smaller than anything, and stays.
static inline float unless_faded(float value) {
  return fabs(value) < FLT_MIN ? 0.0f : value;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void adam(global const float2 *rates, const int step, global float *w, global const float *g,
          global float *m, global float *v, const int count) {
  const float2 rate = rates[step];
  for (uint i = get_global_id(0); i < (uint)count; i += get_global_size(0)) {
    const float gradient = g[i];
    const float first = unless_faded(fma(KEEP_M, m[i], TAKE_M * gradient));
    const float second = unless_faded(fma(TAKE_V * gradient, gradient, KEEP_V * v[i]));
    m[i] = first;
    v[i] = second;
    w[i] = fma(-rate.y, w[i], w[i]) - rate.x * first / (sqrt(second) + EPSILON);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void sgd(global const float2 *rates, const int step, global float *w, global const float *g,
         const int count) {
  const float rate = rates[step].x;
  for (uint i = get_global_id(0); i < (uint)count; i += get_global_size(0)) {
    w[i] = fma(-rate, g[i], w[i]);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void momentum(global const float2 *rates, const int step, global float *w, global const float *g,
              global float *m, const int count) {
  const float rate = rates[step].x;
  for (uint i = get_global_id(0); i < (uint)count; i += get_global_size(0)) {
    const float descent = rate * g[i];
    const float next = unless_faded(fma(MOMENTUM, m[i], -descent));
    m[i] = next;
    w[i] += NESTEROV ? fma(MOMENTUM, next, -descent) : next;
  }
}
