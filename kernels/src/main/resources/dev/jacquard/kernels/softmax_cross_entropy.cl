// The head: softmax and cross-entropy with label smoothing, sample by sample, their gradient, and
// the sums over a batch.
//
//   q[c]       = (1 - SMOOTHING) * (c is the label) + SMOOTHING / CLASSES; in inference one-hot
//   loss       = log(sum over c of exp(z[c])) - sum over c of q[c] * z[c]
//   dlogits[c] = (exp(z[c]) / sum over b of exp(z[b]) - q[c]) / size
//   hit        = whether the first greatest logit is the label's
//
// See cross_entropy.cl for how digits, infinities and NaN are kept.
//
// Layouts, all row-major:
//   steps          [steps] of (size, position in the epoch, global number, bits of the rate)
//   logits         [BATCH, CLASSES], fewer than 2^31 elements, read for the samples that the step
//                  has, as all of the following are written
//   labels         [samples], below CLASSES, of the resident data set
//   indices        [steps, BATCH], the number of sample n of a step in the data set
//   dlogits        [BATCH, CLASSES]
//   probabilities  [steps, BATCH, CLASSES], softmax
//   sample_losses, sample_hits  [BATCH], or in inference [steps, BATCH]; a hit is 1 or 0
//   losses, hits   [steps], the mean loss and the number of hits of a step
//
// Groups of GROUP items in one dimension. softmax_cross_entropy and its inference take as many as
// the device likes: items stride over samples, at best one each. softmax_cross_entropy_sum takes
// one: item t adds samples t, t + GROUP, ..., then the items' sums are added in a tree, so that the
// order follows from the size and GROUP alone. Local memory: 8 * GROUP bytes there, elsewhere none.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 16 to 256
#endif

// The shape. The defaults are fmnist-reference's at batch 64.
#ifndef CLASSES
#define BATCH 64
#define CLASSES 10 // 1 or more
#endif

#include "cross_entropy.cl"

#if GROUP & (GROUP - 1)
#error "softmax_cross_entropy: GROUP must be a power of two"
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void softmax_cross_entropy(global const int4 *steps, const int step, global const float *logits,
                           global const int *labels, global const int *indices,
                           global float *dlogits, global float *sample_losses,
                           global int *sample_hits) {
  const int size = steps[step].x;
  for (int n = get_global_id(0); n < size; n += get_global_size(0)) {
    global const float *z = logits + n * CLASSES;
    const int label = labels[indices[step * BATCH + n]];
    const int best = first_greatest(z);
    const float most = z[best];
    const float others = others_sum(z, most, label);
    const float own = exp(z[label] - most);
    float expected = 0.0f;
    for (int c = 0; c < CLASSES; c++) {
      const float offset = z[c] - most;
      expected += expected_part(offset, c == label);
      dlogits[n * CLASSES + c] = excess_of(offset, c == label, own, others) / size;
    }
    sample_losses[n] = log_sum(own, others, best == label) - expected;
    sample_hits[n] = best == label;
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void softmax_cross_entropy_sum(global const int4 *steps, const int step,
                               global const float *sample_losses, global const int *sample_hits,
                               global float *losses, global int *hits) {
  local float merged_losses[GROUP];
  local int merged_hits[GROUP];
  const int item = get_local_id(0);
  const int size = steps[step].x;
  float loss = 0.0f;
  int right = 0;
  for (int n = item; n < size; n += GROUP) {
    loss += sample_losses[n];
    right += sample_hits[n];
  }
  for (int half_group = GROUP / 2; half_group > 0; half_group /= 2) {
    merged_losses[item] = loss;
    merged_hits[item] = right;
    barrier(CLK_LOCAL_MEM_FENCE);
    loss += item < half_group ? merged_losses[item + half_group] : 0.0f;
    right += item < half_group ? merged_hits[item + half_group] : 0;
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (get_global_id(0) == 0) {
    losses[step] = loss / size;
    hits[step] = right;
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void softmax_cross_entropy_inference(global const int4 *steps, const int step,
                                     global const float *logits, global const int *labels,
                                     global const int *indices, global float *probabilities,
                                     global float *sample_losses) {
  const int size = steps[step].x;
  const int first = step * BATCH;
  for (int n = get_global_id(0); n < size; n += get_global_size(0)) {
    global const float *z = logits + n * CLASSES;
    const int label = labels[indices[first + n]];
    const int best = first_greatest(z);
    const float most = z[best];
    const float others = others_sum(z, most, label);
    const float own = exp(z[label] - most);
    for (int c = 0; c < CLASSES; c++) {
      probabilities[(first + n) * CLASSES + c] = exp(z[c] - most) / (own + others);
    }
    sample_losses[first + n] = log_sum(own, others, best == label) - (z[label] - most);
  }
}
