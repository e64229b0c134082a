// What the kernels of a classifier share, for them to include: a batch norm's coefficients,
// LeakyReLU, and the dense layer's logits. It has no kernel of its own.
//
// Tensors are those of classifier.cl. GROUP items work on the group's samples side by side.
#pragma OPENCL FP_CONTRACT OFF

// Tuning. Processors: groups of 1, whose runs are made into vectors.
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 1 to 256
#endif
#ifndef SAMPLES
#define SAMPLES 4 // samples of a group: 1 to BATCH
#endif
#ifndef CLASS_RUN
#define CLASS_RUN (GROUP > 1 ? 1 : CLASSES < 16 ? CLASSES : 16) // classes of an item: 1 to CLASSES
#endif
#ifndef CHAIN
#define CHAIN 64 // products that are added one after the other: 32 to 128
#endif

// The shape. The defaults are the end of fmnist-reference at batch 64.
#ifndef UNITS
#define BATCH 64
#define UNITS 128
#define CLASSES 10 // 1 or more
#define TILE 64    // rows of a partial
#endif
#ifndef BIAS
#define BIAS 1 // whether the dense layer has one
#endif

#ifndef NORM
#define NORM 1 // whether there is a batch norm
#endif
#ifndef SCALE
#define SCALE 1  // whether it has a gamma
#define CENTER 1 // whether it has a beta
#endif
#ifndef EPSILON
#define EPSILON 1e-3f
#define MOMENTUM 0.99f
#endif
#ifndef SLOPE
#define SLOPE 0.1f // 0 or more; 1 for no activation
#endif

#define LOGITS local const
#include "cross_entropy.cl"

#define CLASS_RUNS ((CLASSES + CLASS_RUN - 1) / CLASS_RUN)

// How many of a run there are: a literal where all runs are whole.
#define HERE(from, run, all) ((all) % (run) == 0 ? (run) : min(run, (all) - (from)))

#define NORM_UNITS (NORM ? UNITS : 1) // an array has an element at least

// What normalises each unit.
typedef struct {
  float mean[NORM_UNITS];
  float factor[NORM_UNITS];
  float shift[NORM_UNITS];
} norm;

static inline void set_norm(local norm *to, int u, float mean, float inverse, float gamma,
                            float beta) {
  to->mean[u] = mean;
  to->factor[u] = SCALE ? gamma * inverse : inverse;
  to->shift[u] = CENTER ? beta : 0.0f;
}

static inline float normalized(local const norm *by, int u, float y) {
  return NORM ? fma(y - by->mean[u], by->factor[u], by->shift[u]) : y;
}

// LeakyReLU. Without a slope it selects, as 0 times an infinity is NaN; NaN it lets pass.
static inline float activated(float z) {
  return SLOPE == 0.0f ? (z <= 0.0f ? 0.0f : z) : (z > 0.0f ? z : SLOPE * z);
}

// Items that share the sum of a logit: as many as there are for it, up to 8; and products of each.
#define LOGITS_OF_ALL (SAMPLES * CLASSES)
#if GROUP == 1 || 4 * GROUP < 2 * LOGITS_OF_ALL
#define SHARES 1
#elif 4 * GROUP < 8 * LOGITS_OF_ALL
#define SHARES (4 * GROUP / LOGITS_OF_ALL)
#else
#define SHARES 8
#endif
#define STRETCH ((UNITS + SHARES - 1) / SHARES)
#define CHAINED (STRETCH < CHAIN ? STRETCH : CHAIN)

// Products of a chain from u on, of a stretch that ends so: a literal where all are whole.
#define PRODUCTS(u, end) \
  (UNITS % STRETCH == 0 && STRETCH % CHAINED == 0 ? CHAINED : min(CHAINED, (end) - (u)))

// The logits of so many samples. sums has 4 * GROUP numbers. All items call it together.
static inline void multiply(local const float *a, global const float *w, global const float *bias,
                            int samples, local float *sums, local float *logits) {
  const int runs = samples * CLASS_RUNS;
  for (int each = get_local_id(0); each < runs * SHARES; each += GROUP) {
    const int share = each / runs;
    const int s = each % runs / CLASS_RUNS;
    const int c0 = each % CLASS_RUNS * CLASS_RUN;
    const int here = HERE(c0, CLASS_RUN, CLASSES);
    const int end = min((share + 1) * STRETCH, UNITS);
    float total[CLASS_RUN];
    float sum[CLASS_RUN];
    for (int k = 0; k < CLASS_RUN; k++) {
      total[k] = 0.0f;
    }
    for (int u0 = share * STRETCH; u0 < end; u0 += CHAINED) {
      for (int k = 0; k < CLASS_RUN; k++) {
        sum[k] = 0.0f;
      }
      for (int i = 0; i < PRODUCTS(u0, end); i++) {
        const int u = u0 + i;
        for (int k = 0; k < here; k++) {
          sum[k] = fma(a[s * UNITS + u], w[u * CLASSES + c0 + k], sum[k]);
        }
      }
      for (int k = 0; k < CLASS_RUN; k++) {
        total[k] += sum[k];
      }
    }
    for (int k = 0; k < here; k++) {
#if SHARES > 1
      sums[share * LOGITS_OF_ALL + s * CLASSES + c0 + k] = total[k];
#else
      logits[s * CLASSES + c0 + k] = BIAS ? total[k] + bias[c0 + k] : total[k];
#endif
    }
  }
#if SHARES > 1
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int e = get_local_id(0); e < samples * CLASSES; e += GROUP) {
    const float begin = BIAS ? bias[e % CLASSES] : 0.0f;
    float total = 0.0f;
#pragma unroll
    for (int share = 0; share < SHARES; share++) {
      total += sums[share * LOGITS_OF_ALL + e];
    }
    logits[e] = total + begin;
  }
#endif
}
