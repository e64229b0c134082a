// The head of the trial networks, for tests: global average pooling, softmax, cross-entropy and
// hits of one step, by a single work-item in plain order.
kernel void trial_head(global const float *pooled, global const int *indices,
                       global const int4 *steps, const int step, global const uchar *labels,
                       global float *losses, global int *hits) {
  const int size = steps[step].x;
  float loss = 0.0f;
  int hit = 0;
  for (int n = 0; n < size; n++) {
    float logits[CLASSES];
    int best = 0;
    for (int c = 0; c < CLASSES; c++) {
      float sum = 0.0f;
      for (int p = 0; p < PIXELS; p++) {
        sum += pooled[(n * PIXELS + p) * CLASSES + c];
      }
      logits[c] = sum / PIXELS;
      best = logits[c] > logits[best] ? c : best;
    }
    const int label = labels[indices[step * BATCH + n]];
    float total = 0.0f;
    for (int c = 0; c < CLASSES; c++) {
      total += exp(logits[c] - logits[best]);
    }
    loss += log(total) + logits[best] - logits[label];
    hit += best == label;
  }
  losses[step] = loss / size;
  hits[step] = hit;
}
