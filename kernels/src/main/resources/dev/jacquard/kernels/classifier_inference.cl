// Everything behind the last large layer in inference, sample by sample: batch norm by its moving
// statistics and LeakyReLU (each optional), a dense layer, softmax and cross-entropy.
//
//   z = NORM ? gamma[u] * (y - moving_mean[u]) / sqrt(moving_variance[u] + EPSILON) + beta[u] : y
//   a = z > 0 ? z : SLOPE * z, logits = a * w + bias, probabilities = softmax(logits)
//   loss = log(sum over c of exp(logits[c])) - logits[label]
//
// Layouts, all row-major; only the samples that the step has are read and written:
//   steps   [steps] of (size, position in the epoch, global number, bits of the rate)
//   y       [BATCH, UNITS]
//   gamma, beta, moving_mean, moving_variance  [UNITS]; with NORM 0 any buffer, as for gamma with
//           SCALE 0 and for beta with CENTER 0
//   w, bias [UNITS, CLASSES], [CLASSES]; with BIAS 0 any buffer
//   labels  [samples], below CLASSES, of the resident data set
//   indices [steps, BATCH], the number of sample n of a step in the data set
//   probabilities, sample_losses  [steps, BATCH, CLASSES], [steps, BATCH]
//
// ceil(BATCH / SAMPLES) groups of GROUP items, exactly: group g has samples g * SAMPLES to
// g * SAMPLES + SAMPLES - 1. Parameters and their defaults are in classifier_layer.cl.
// Local memory: 4 * SAMPLES * (UNITS + CLASSES + 2) + 16 * GROUP bytes, with NORM also 12 * UNITS.
#pragma OPENCL FP_CONTRACT OFF

#include "classifier_layer.cl"

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void classifier_inference(global const int4 *steps, const int step, global const float *y,
                          global const float *moving_mean, global const float *moving_variance,
                          global const float *gamma, global const float *beta,
                          global const float *w, global const float *bias,
                          global const int *labels, global const int *indices,
                          global float *probabilities, global float *sample_losses) {
  local float a[SAMPLES * UNITS];
  local float logits[SAMPLES * CLASSES];
  local float sums[4 * GROUP];
  local float2 softs[SAMPLES]; // the greatest logit, and the sum of exponentials
  local norm norms;

  const int item = get_local_id(0);
  const int n0 = get_group_id(0) * SAMPLES;
  const int samples = clamp(steps[step].x - n0, 0, SAMPLES);
  // Read where nothing waits for it.
  const int own_label = item < samples ? labels[indices[step * BATCH + n0 + item]] : 0;
  for (int u = item; NORM && u < UNITS; u += GROUP) {
    const float inverse = 1.0f / sqrt(moving_variance[u] + EPSILON);
    set_norm(&norms, u, moving_mean[u], inverse, SCALE ? gamma[u] : 1.0f, CENTER ? beta[u] : 0.0f);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int e = item; e < samples * UNITS; e += GROUP) {
    a[e] = activated(normalized(&norms, e % UNITS, y[n0 * UNITS + e]));
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  multiply(a, w, bias, samples, sums, logits);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int s = item; s < samples; s += GROUP) {
    const int n = step * BATCH + n0 + s;
    local const float *z = logits + s * CLASSES;
    const int label = s == item ? own_label : labels[indices[n]];
    const int best = first_greatest(z);
    const float most = z[best];
    const float others = others_sum(z, most, label);
    const float own = exp(z[label] - most);
    softs[s] = (float2)(most, own + others);
    sample_losses[n] = log_sum(own, others, best == label) - (z[label] - most);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int e = item; e < samples * CLASSES; e += GROUP) {
    const float2 soft = softs[e / CLASSES];
    probabilities[(step * BATCH + n0) * CLASSES + e] = exp(logits[e] - soft.x) / soft.y;
  }
}
