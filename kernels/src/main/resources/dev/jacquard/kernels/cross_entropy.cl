// Cross-entropy of a sample's logits, without overflow and without cancellation: for other files to
// include; it has no kernel of its own.
//
// Everything comes from the logits less their maximum: an exponential cannot overflow, and a common
// offset costs no digits. A logit that is NaN makes all of its sample's results NaN, as the
// definition does; it is never the greatest, unless it comes first. A sample that is almost right
// has a loss and a slope that are almost 0; both come from the sum of the other classes'
// exponentials, where a difference from 1 would leave nothing but rounding.
#pragma OPENCL FP_CONTRACT OFF

#ifndef LOGITS
#define LOGITS global const // where logits lie: a qualified address space
#endif
#ifndef CLASSES
#define CLASSES 10 // 1 or more
#endif
#ifndef SMOOTHING
#define SMOOTHING 0.0f // 0 to 1
#endif

// What each class but the label is expected to have.
#define SPREAD (SMOOTHING / CLASSES)

// The first greatest of a sample's logits, which is the maximum to subtract too: a NaN that comes
// first stays the greatest, as every comparison with it fails; another makes the sum NaN.
static inline int first_greatest(LOGITS float *z) {
  int best = 0;
  for (int c = 1; c < CLASSES; c++) {
    best = z[c] > z[best] ? c : best;
  }
  return best;
}

// The sum of exp(z - most) over all classes but the label.
static inline float others_sum(LOGITS float *z, float most, int label) {
  float sum = 0.0f;
  for (int c = 0; c < CLASSES; c++) {
    sum += c == label ? 0.0f : exp(z[c] - most);
  }
  return sum;
}

// log(sum of exp(z - most)), given the exponentials of the label and of the others. If the label is
// the greatest, its own is 1.
static inline float log_sum(float own, float others, bool greatest) {
  return greatest ? log1p(others) : log(own + others);
}

// The part of a class's expected value: its target times its logit less the maximum. 0 times a
// logit is left out: an infinite logit of another class is no NaN.
static inline float expected_part(float offset, bool is_label) {
  const float q = is_label ? 1.0f - SMOOTHING + SPREAD : SPREAD;
  return q == 0.0f ? 0.0f : q * offset;
}

// Softmax less the target.
static inline float excess_of(float offset, bool is_label, float own, float others) {
  const float sum = own + others;
  return is_label ? SMOOTHING - SPREAD - others / sum : exp(offset) / sum - SPREAD;
}
