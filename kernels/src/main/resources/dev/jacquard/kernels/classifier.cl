// Everything behind the last large layer, sample by sample: batch norm, LeakyReLU and dropout (each
// optional), a dense layer, softmax and cross-entropy, and the backward pass of all of it.
//
//   z      = NORM ? gamma[u] * (y - mean[u]) / sqrt(variance[u] + EPSILON) + beta[u] : y
//   a      = dropped ? 0 : DROP_SCALE * (z > 0 ? z : SLOPE * z)
//   logits = a * w + bias; loss, hits and dlogits as in softmax_cross_entropy.cl
//   dz     = dropped ? 0 : DROP_SCALE * (z > 0 ? 1 : SLOPE) * (dlogits * transposed w)
//
// mean and the biased variance are the batch's, merged from partials; the moving statistics become
// MOMENTUM * moving + (1 - MOMENTUM) * batch.
//
// Layouts, all row-major; only the samples that the step has are read, and written in dz:
//   steps       [steps] of (size, position in the epoch, global number, bits of the rate)
//   y           [BATCH, UNITS]
//   partials    [tiles, UNITS] of (mean, sum of squared deviations) of TILE samples each
//   gamma, beta, moving_mean, moving_variance  [UNITS]; with NORM 0 any buffer, as for partials,
//               statistics and sums; gamma with SCALE 0 and beta with CENTER 0 likewise
//   statistics  [UNITS] of (mean, 1 / sqrt(variance + EPSILON))
//   w, bias     [UNITS, CLASSES], [CLASSES]; with BIAS 0 any buffer, as for dbias
//   labels      [samples], below CLASSES, of the resident data set
//   indices     [steps, BATCH], the number of sample n of a step in the data set
//   dz          [BATCH, UNITS]
//   sums        [GROUPS, UNITS] of (sum of dz, sum of dz * (y - mean)) over the group's samples
//   dw, dbias   [GROUPS, UNITS, CLASSES], [GROUPS, CLASSES], sums over the group's samples
//   losses, hits  [steps, GROUPS], sums over the group's samples
// A group that has no samples writes zeros.
//
// GROUPS = ceil(BATCH / SAMPLES) groups of GROUP items, exactly: group g has samples g * SAMPLES to
// g * SAMPLES + SAMPLES - 1. Each merges all partials itself; group 0 writes the statistics. The
// order of the merge follows from TILE and LANES, that of the other sums from the shapes, SAMPLES,
// GROUP and CHAIN. Local memory: SAMPLES * (5 * UNITS + 8 * CLASSES + 24) + 16 * GROUP bytes, with
// NORM also 12 * UNITS. The shape and more parameters are in classifier_layer.cl.
#pragma OPENCL FP_CONTRACT OFF

#include "classifier_layer.cl"

// Tuning.
#ifndef LANES
#define LANES (GROUP < 4 ? GROUP : 4) // items that merge one channel: powers of two, 1 to GROUP
#endif
#ifndef UNIT_RUN
#define UNIT_RUN (GROUP == 1 ? 16 : 1) // units that an item takes at once: 1, 2, 4, 8, 16
#endif

// Dropout; DROP_BITS and DROP_THRESHOLD are philox.cl's.
#ifndef DROP
#define DROP 1 // whether there is one
#endif
#ifndef DROP_STREAM
#define DROP_STREAM 0x1000004u // of the dropout's node
#endif
#ifndef DROP_SCALE
#define DROP_SCALE (1.0f / 0.75f) // read with DROP 1 alone
#endif

#if GROUP == 1
#define AHEAD 1 // a processor finds them in its cache one by one
#endif
#include "moments.cl"
#include "philox.cl"

#define GROUPS ((BATCH + SAMPLES - 1) / SAMPLES)
#define MERGED (GROUP / LANES)

// A run lies within one block of draws, its steps within one word.
#define DRAW_RUN (GROUP == 1 ? PER_BLOCK : 1)
#define DRAW_RUNS ((UNITS + DRAW_RUN - 1) / DRAW_RUN)
#define DRAW_STEP (DRAW_RUN < PER_WORD ? DRAW_RUN : PER_WORD)

// Of a sample's logits: (their greatest, the label's exponential, the others' sum, the label).
typedef float4 soft;

// Of an element's code.
#define KEPT 1
#define POSITIVE 2

#if GROUP & (GROUP - 1) || LANES & (LANES - 1) || LANES > GROUP
#error "classifier: GROUP and LANES must be powers of two, LANES at most GROUP"
#endif

#if NORM
// Merges the moments of the batch; group 0 stores what comes of them. What is needed at the end is
// read at the beginning, where it does not wait for the moments.
static inline void set_norms(global const float2 *partials, int size, global const float *gamma,
                             global const float *beta, global float *moving_mean,
                             global float *moving_variance, global float2 *statistics,
                             local float3 *merged, local norm *norms) {
  const int item = get_local_id(0);
  const int lane = item / MERGED;
  for (int c0 = 0; c0 < UNITS; c0 += MERGED) {
    const int c = c0 + item % MERGED;
    const bool has = lane == 0 && c < UNITS;
    const bool moves = has && get_group_id(0) == 0;
    const float scale = SCALE && has ? gamma[c] : 1.0f;
    const float shift = CENTER && has ? beta[c] : 0.0f;
    const float old_mean = moves ? moving_mean[c] : 0.0f;
    const float old_variance = moves ? moving_variance[c] : 0.0f;
    float3 mine = merge_tiles(partials, UNITS, c, LANES, lane, size, TILE);
    for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
      merged[item] = mine;
      barrier(CLK_LOCAL_MEM_FENCE);
      mine = merge(mine, merged[lane < half_lanes ? item + half_lanes * MERGED : item]);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (has) {
      const float variance = mine.z / mine.x;
      const float inverse = 1.0f / sqrt(variance + EPSILON);
      set_norm(norms, c, mine.y, inverse, scale, shift);
      if (moves) {
        statistics[c] = (float2)(mine.y, inverse);
        moving_mean[c] = fma(MOMENTUM, old_mean, (1.0f - MOMENTUM) * mine.y);
        moving_variance[c] = fma(MOMENTUM, old_variance, (1.0f - MOMENTUM) * variance);
      }
    }
  }
}
#endif

// The chain's output and what its backward pass needs to know, of the group's samples.
static inline void activate(global const float *y, local const norm *norms, int4 now, uint2 key,
                            int first, int samples, local float *a, local uchar *codes) {
  for (int run = get_local_id(0); run < samples * DRAW_RUNS; run += GROUP) {
    const int s = run / DRAW_RUNS;
    const int u0 = run % DRAW_RUNS * DRAW_RUN;
    const uint4 counter = (uint4)(u0 / PER_BLOCK, now.y + first + s, now.z, DROP_STREAM);
    const uint4 block = DROP ? philox(counter, key) : counter;
    for (int u = u0; u < min(u0 + DRAW_RUN, UNITS); u += DRAW_STEP) {
      const uint word = philox_word(block, u);
      const int at = s * UNITS + u;
      for (int k = 0; k < HERE(u, DRAW_STEP, UNITS); k++) {
        const bool kept = !DROP || draw_keeps(word >> k * DROP_BITS);
        const float z = normalized(norms, u + k, y[first * UNITS + at + k]);
        const float scaled = DROP ? DROP_SCALE * activated(z) : activated(z);
        a[at + k] = kept ? scaled : 0.0f;
        codes[at + k] = (kept ? KEPT : 0) | (z > 0.0f ? POSITIVE : 0);
      }
    }
  }
}

// What dropout, scaling and LeakyReLU pass back.
static inline float passed(uchar code, float gradient) {
  const float scaled = DROP ? DROP_SCALE * gradient : gradient;
  return code & KEPT ? scaled * (code & POSITIVE ? 1.0f : SLOPE) : 0.0f;
}

// What a sample's logits have in common; returns the loss.
static inline float descend(local const float *z, int label, int best, local soft *to) {
  const float most = z[best];
  const float others = others_sum(z, most, label);
  const float own = exp(z[label] - most);
  float expected = 0.0f;
  for (int c = 0; c < CLASSES; c++) {
    expected += expected_part(z[c] - most, c == label);
  }
  *to = (soft)(most, own, others, label);
  return log_sum(own, others, best == label) - expected;
}

// The gradients of logits.
static inline void set_slopes(local const float *logits, local const soft *softs, int samples,
                              int size, local float *slopes) {
  for (int e = get_local_id(0); e < samples * CLASSES; e += GROUP) {
    const soft by = softs[e / CLASSES];
    slopes[e] = excess_of(logits[e] - by.x, e % CLASSES == (int)by.w, by.y, by.z) / size;
  }
}

// The group's sums of the gradient of w.
static inline void add_products(local const float *a, local const float *slopes, int samples,
                                global float *dw) {
  for (int run = get_local_id(0); run < UNITS * CLASS_RUNS; run += GROUP) {
    const int u = run / CLASS_RUNS;
    const int c0 = run % CLASS_RUNS * CLASS_RUN;
    const int here = HERE(c0, CLASS_RUN, CLASSES);
    float sum[CLASS_RUN];
    for (int k = 0; k < CLASS_RUN; k++) {
      sum[k] = 0.0f;
    }
    for (int s = 0; s < samples; s++) {
      for (int k = 0; k < here; k++) {
        sum[k] = fma(a[s * UNITS + u], slopes[s * CLASSES + c0 + k], sum[k]);
      }
    }
    for (int k = 0; k < here; k++) {
      dw[u * CLASSES + c0 + k] = sum[k];
    }
  }
}

// The gradient at z and the group's sums of it.
static inline void pass_back(local const float *slopes, global const float *w,
                             local const uchar *codes, local const norm *norms,
                             global const float *y, int samples, global float *dz,
                             global float2 *sums) {
  for (int u0 = get_local_id(0) * UNIT_RUN; u0 < UNITS; u0 += GROUP * UNIT_RUN) {
    const int here = HERE(u0, UNIT_RUN, UNITS);
    float columns[CLASSES][UNIT_RUN];
    float sum[UNIT_RUN];
    float dot_product[UNIT_RUN];
    for (int k = 0; k < UNIT_RUN; k++) {
      sum[k] = 0.0f;
      dot_product[k] = 0.0f;
      for (int c = 0; c < CLASSES; c++) {
        columns[c][k] = k < here ? w[(u0 + k) * CLASSES + c] : 0.0f;
      }
    }
    for (int s = 0; s < samples; s++) {
      float da[UNIT_RUN];
      for (int k = 0; k < UNIT_RUN; k++) {
        da[k] = 0.0f;
      }
      for (int c = 0; c < CLASSES; c++) {
        for (int k = 0; k < UNIT_RUN; k++) {
          da[k] = fma(slopes[s * CLASSES + c], columns[c][k], da[k]);
        }
      }
      for (int k = 0; k < here; k++) {
        const int at = s * UNITS + u0 + k;
        const float gradient = passed(codes[at], da[k]);
        dz[at] = gradient;
        sum[k] += gradient;
        dot_product[k] = fma(gradient, NORM ? y[at] - norms->mean[u0 + k] : 0.0f, dot_product[k]);
      }
    }
    for (int k = 0; NORM && k < here; k++) {
      sums[u0 + k] = (float2)(sum[k], dot_product[k]);
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void classifier(global const int4 *steps, const int step, global const float *y,
                global const float2 *partials, global const float *gamma,
                global const float *beta, global float *moving_mean,
                global float *moving_variance, global float2 *statistics, const uint seed_low,
                const uint seed_high, global const float *w, global const float *bias,
                global const int *labels, global const int *indices, global float *dz,
                global float2 *sums, global float *dw, global float *dbias,
                global float *losses, global int *hits) {
  local float a[SAMPLES * UNITS];
  local uchar codes[SAMPLES * UNITS];
  local float logits[SAMPLES * CLASSES];
  local float slopes[SAMPLES * CLASSES];
  local soft softs[SAMPLES];
  local float sample_losses[SAMPLES];
  local int sample_hits[SAMPLES];
  local float3 merged[GROUP]; // and then the shares of logits
  local norm norms;

  const int item = get_local_id(0);
  const int group = get_group_id(0);
  const int4 now = steps[step];
  const int first = group * SAMPLES;
  const int samples = clamp(now.x - first, 0, SAMPLES);

  // Read where nothing waits for it.
  const int own_label = item < samples ? labels[indices[step * BATCH + first + item]] : 0;

#if NORM
  set_norms(partials, now.x, gamma, beta, moving_mean, moving_variance, statistics, merged,
            &norms);
  barrier(CLK_LOCAL_MEM_FENCE);
#endif
  activate(y, &norms, now, (uint2)(seed_low, seed_high), first, samples, a, codes);
  barrier(CLK_LOCAL_MEM_FENCE);
  multiply(a, w, bias, samples, (local float *)merged, logits);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int s = item; s < samples; s += GROUP) {
    local const float *z = logits + s * CLASSES;
    const int label = s == item ? own_label : labels[indices[step * BATCH + first + s]];
    const int best = first_greatest(z);
    sample_losses[s] = descend(z, label, best, softs + s);
    sample_hits[s] = best == label;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  set_slopes(logits, softs, samples, now.x, slopes);
  barrier(CLK_LOCAL_MEM_FENCE);

  if (item == 0) {
    float loss = 0.0f;
    int right = 0;
    for (int s = 0; s < samples; s++) {
      loss += sample_losses[s];
      right += sample_hits[s];
    }
    losses[step * GROUPS + group] = loss;
    hits[step * GROUPS + group] = right;
  }
  for (int c = item; BIAS && c < CLASSES; c += GROUP) {
    float sum = 0.0f;
    for (int s = 0; s < samples; s++) {
      sum += slopes[s * CLASSES + c];
    }
    dbias[group * CLASSES + c] = sum;
  }
  add_products(a, slopes, samples, dw + group * (UNITS * CLASSES));
  pass_back(slopes, w, codes, &norms, y + first * UNITS, samples, dz + first * UNITS,
            sums + group * UNITS);
}
