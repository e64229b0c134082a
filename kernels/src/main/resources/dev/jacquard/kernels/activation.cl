// An element-wise function, or softmax over the last axis, and its derivative.
//
//   FUNCTION        y                                   dx
//   0  RELU         max(x, 0)                           x > 0 ? dy : 0 * dy
//   1  LEAKY_RELU   x > 0 ? x : SLOPE * x               x > 0 ? dy : SLOPE * dy
//   2  SIGMOID      1 / (1 + exp(-x))                   y * (1 - y) * dy
//   3  TANH         tanh(x)                             (1 - y * y) * dy
//   4  SOFTMAX      exp(x - max) / sum of exp(x - max)  y * (dy - sum of y * dy)
//
// NaN in x or dy passes on to y or dx. ACCUMULATE 1 adds to dx instead of writing it. What backward
// does not need is not used: y with RELU and LEAKY_RELU, x with the others; any buffer of the size
// may stand there.
//
// Layouts, all row-major:
//   steps         [steps] of (size, position in the epoch, global number, bits of the rate)
//   x, y, dx, dy  [BATCH, elements], fewer than 2^31 elements; the last axis of a sample has
//                 channels, which matters for SOFTMAX alone. Only the samples that the step has are
//                 read and written
//
// Groups of GROUP items in one dimension, as many as the device likes: items stride over the
// elements, with SOFTMAX over the rows of channels elements. The sums over a row are made of tiles
// of TILE elements. No local memory.
#pragma OPENCL FP_CONTRACT OFF

#define RELU 0
#define LEAKY_RELU 1
#define SIGMOID 2
#define TANH 3
#define SOFTMAX 4

// Tuning.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif
#ifndef TILE
#define TILE 32 // elements of a row that are summed one after the other: 1 or more
#endif

#ifndef FUNCTION
#define FUNCTION LEAKY_RELU // one of these names, or its number
#endif
#ifndef SLOPE
#define SLOPE 0.1f // of LEAKY_RELU
#endif
#ifndef ACCUMULATE
#define ACCUMULATE 0 // 0 writes dx, 1 adds to it
#endif

#if FUNCTION < RELU || FUNCTION > SOFTMAX
#error "activation: FUNCTION is not 0 to 4"
#endif

#if FUNCTION != SOFTMAX

static inline float value(float x) {
  if (FUNCTION == SIGMOID) {
    return 1.0f / (1.0f + exp(-x));
  }
  if (FUNCTION == TANH) {
    return tanh(x);
  }
  if (FUNCTION == LEAKY_RELU) {
    return x > 0.0f ? x : SLOPE * x;
  }
  return x <= 0.0f ? 0.0f : x; // not max, which makes NaN a 0
}

static inline float derivative(float x, float y) {
  if (FUNCTION == SIGMOID) {
    return y * (1.0f - y);
  }
  if (FUNCTION == TANH) {
    return fma(-y, y, 1.0f);
  }
  return x > 0.0f ? 1.0f : FUNCTION == LEAKY_RELU ? SLOPE : 0.0f;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void activation(global const int4 *steps, const int step, const uint elements,
                const int channels, global const float *x, global float *y) {
  (void)channels;
  const uint total = steps[step].x * elements;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    y[i] = value(x[i]);
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void activation_backward(global const int4 *steps, const int step, const uint elements,
                         const int channels, global const float *x, global const float *y,
                         global const float *dy, global float *dx) {
  (void)channels;
  const uint total = steps[step].x * elements;
  for (uint i = get_global_id(0); i < total; i += get_global_size(0)) {
    const float gradient = derivative(x[i], y[i]) * dy[i];
    dx[i] = ACCUMULATE ? dx[i] + gradient : gradient;
  }
}

#else

// Comparisons skip a NaN, unless it comes first; the row is NaN all the same through its exp.
static inline float maximum_of(global const float *x, int channels) {
  float maximum = x[0];
  for (int c = 1; c < channels; c++) {
    maximum = x[c] > maximum ? x[c] : maximum;
  }
  return maximum;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void activation(global const int4 *steps, const int step, const uint elements,
                const int channels, global const float *x, global float *y) {
  const uint rows = steps[step].x * (elements / channels);
  for (uint row = get_global_id(0); row < rows; row += get_global_size(0)) {
    global const float *from = x + row * channels;
    global float *to = y + row * channels;
    const float maximum = maximum_of(from, channels);
    float sum = 0.0f;
    for (int first = 0; first < channels; first += TILE) {
      float tile = 0.0f;
      for (int c = first; c < min(first + TILE, channels); c++) {
        to[c] = exp(from[c] - maximum);
        tile += to[c];
      }
      sum += tile;
    }
    for (int c = 0; c < channels; c++) {
      to[c] /= sum;
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void activation_backward(global const int4 *steps, const int step, const uint elements,
                         const int channels, global const float *x, global const float *y,
                         global const float *dy, global float *dx) {
  (void)x;
  const uint rows = steps[step].x * (elements / channels);
  for (uint row = get_global_id(0); row < rows; row += get_global_size(0)) {
    const uint at = row * channels;
    float dot_product = 0.0f;
    for (int first = 0; first < channels; first += TILE) {
      float tile = 0.0f;
      for (int c = first; c < min(first + TILE, channels); c++) {
        tile = fma(y[at + c], dy[at + c], tile);
      }
      dot_product += tile;
    }
    for (int c = 0; c < channels; c++) {
      const float gradient = y[at + c] * (dy[at + c] - dot_product);
      dx[at + c] = ACCUMULATE ? dx[at + c] + gradient : gradient;
    }
  }
}

#endif
