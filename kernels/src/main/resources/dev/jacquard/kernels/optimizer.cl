// The optimisers' updates of all trainable parameters at once: Keras 3's formulas.
//
//   adam      m = KEEP_M * m + TAKE_M * g, v = KEEP_V * v + TAKE_V * g^2,
//             w = w - decay * w - rate * m / (sqrt(v) + EPSILON)
//   sgd       w = w - rate * g
//   momentum  m = MOMENTUM * m - rate * g, then w = w + m, or with NESTEROV
//             w = w + MOMENTUM * m - rate * g
//
// g is the sum of the parts that the gradient of a parameter was computed in. A convolution's
// kernel [taps, channels, filters] is also stored as backward-data of a processor reads it,
// [taps, filters, channels] with the taps in the opposite order; flip_weights does only that.
//
// Layouts:
//   rates    [steps] of (rate, decay), on 8 bytes. Adam's rate has the bias correction in it,
//            lr * sqrt(1 - beta2^t) / (1 - beta1^t): that takes powers in double, which devices
//            may lack. decay is AdamW's lr * weight decay, 0 for Adam, and read by adam alone
//   blocks   [count] of FIELDS numbers, which say what a group works on; see there
//   w, m, v  parameters and moments, which lie alike
//   g        parts of the gradients
//   flipped  flipped kernels; any buffer if no block has a place there
//
// A moment smaller than the least normal number becomes 0: those of a parameter without gradient
// fade until rounding keeps them above 0 for ever, at a size at which processors compute slowly.
//
// Groups of GROUP items in one dimension, as many as the device likes, at best one a block: groups
// stride over blocks, items over runs of WIDTH elements. No local memory. The order of the sums
// follows from the number of parts alone. Offsets are below 2^31.
#pragma OPENCL FP_CONTRACT OFF

// Tuning. Processors: groups of 1 with vectors, as the parts of an element lie far apart.
#ifndef GROUP
#define GROUP 64 // items of a group: 1 to 256
#endif
#ifndef WIDTH
#define WIDTH 1 // elements that an item takes at once: 1, 2, 4, 8, 16
#endif
#ifndef CHAIN
#define CHAIN 8 // parts that are added one after the other, before the sums are: 1 or more
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

// The fields of a block, which is a run of one parameter's elements.
#define W_AT 0       // its first element in w, m and v
#define G_AT 1       // its first element in the first part of g
#define ELEMENTS 2   // how many elements it has: 1 or more
#define PARTS 3      // parts of its gradient; 0 where that is 0
#define STRIDE 4     // elements of g from a part to the next
#define FIRST 5      // its first element within its parameter
#define TAPS 6       // of a parameter that is stored flipped
#define CHANNELS 7
#define FILTERS 8
#define FLIPPED_AT 9 // where the flipped parameter begins, or -1: it is not stored so
#define FIELDS 12

#if WIDTH == 1
#define REAL float
#define LOAD(from) (*(from))
#define STORE(value, to) (*(to) = (value))
#else
#define JOIN(a, b) a##b
#define JOINED(a, b) JOIN(a, b)
#define REAL JOINED(float, WIDTH)
#define LOAD(from) JOINED(vload, WIDTH)(0, from)
#define STORE(value, to) JOINED(vstore, WIDTH)(value, 0, to)
#endif

// The first n of WIDTH elements, the others 0.
static inline REAL take(global const float *from, int n) {
  if (n == WIDTH) {
    return LOAD(from);
  }
  float each[WIDTH];
  for (int k = 0; k < WIDTH; k++) {
    each[k] = k < n ? from[k] : 0.0f;
  }
  return LOAD(each);
}

static inline void put(REAL value, global float *to, int n) {
  if (n == WIDTH) {
    STORE(value, to);
  } else {
    float each[WIDTH];
    STORE(value, each);
    for (int k = 0; k < n; k++) {
      to[k] = each[k];
    }
  }
}

// The gradient of the block's n elements from i on.
static inline REAL gradient_of(global const int *block, global const float *g, int i, int n) {
  const int parts = block[PARTS];
  const int stride = block[STRIDE];
  global const float *part = g + block[G_AT] + i;
  REAL total = 0.0f;
  int left = parts;
  for (; left >= CHAIN; left -= CHAIN) {
    REAL sum = 0.0f;
    for (int p = 0; p < CHAIN; p++) {
      sum += take(part + p * stride, n);
    }
    part += CHAIN * stride;
    total += sum;
  }
  REAL rest = 0.0f;
  for (int p = 0; p < left; p++) {
    rest += take(part + p * stride, n);
  }
  return total + rest;
}

// Stores the block's n elements from i on as flipped ones too, if the block has a place there.
static inline void flip(global const int *block, REAL w, int i, int n, global float *flipped) {
  const int at = block[FLIPPED_AT];
  if (at < 0) {
    return;
  }
  const int taps = block[TAPS];
  const int channels = block[CHANNELS];
  const int filters = block[FILTERS];
  const int element = block[FIRST] + i;
  int filter = element % filters;
  int channel = element / filters % channels;
  int tap = element / filters / channels;
  float each[WIDTH];
  STORE(w, each);
  for (int k = 0; k < n; k++) {
    flipped[at + ((taps - 1 - tap) * filters + filter) * channels + channel] = each[k];
    // Counted on: divisions are slow on processors, which take many elements at once.
    if (++filter == filters) {
      filter = 0;
      if (++channel == channels) {
        channel = 0;
        tap++;
      }
    }
  }
}

// NaN is not smaller than anything, and stays.
static inline REAL unless_faded(REAL value) {
  return fabs(value) < FLT_MIN ? (REAL)(0.0f) : value;
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void adam(global const float2 *rates, const int step, global const int *blocks, const int count,
          global float *w, global const float *g, global float *m, global float *v,
          global float *flipped) {
  const float2 rate = rates[step];
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    for (int i = get_local_id(0) * WIDTH; i < elements; i += GROUP * WIDTH) {
      const int at = block[W_AT] + i;
      const int n = min(WIDTH, elements - i);
      const REAL gradient = gradient_of(block, g, i, n);
      const REAL first =
          unless_faded(fma((REAL)(KEEP_M), take(m + at, n), TAKE_M * gradient));
      const REAL second =
          unless_faded(fma(TAKE_V * gradient, gradient, KEEP_V * take(v + at, n)));
      const REAL before = take(w + at, n);
      const REAL after =
          fma((REAL)(-rate.y), before, before) - rate.x * first / (sqrt(second) + EPSILON);
      put(first, m + at, n);
      put(second, v + at, n);
      put(after, w + at, n);
      flip(block, after, i, n, flipped);
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void sgd(global const float2 *rates, const int step, global const int *blocks, const int count,
         global float *w, global const float *g, global float *flipped) {
  const float rate = rates[step].x;
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    for (int i = get_local_id(0) * WIDTH; i < elements; i += GROUP * WIDTH) {
      const int at = block[W_AT] + i;
      const int n = min(WIDTH, elements - i);
      const REAL after = fma((REAL)(-rate), gradient_of(block, g, i, n), take(w + at, n));
      put(after, w + at, n);
      flip(block, after, i, n, flipped);
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void momentum(global const float2 *rates, const int step, global const int *blocks,
              const int count, global float *w, global const float *g, global float *m,
              global float *flipped) {
  const float rate = rates[step].x;
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    for (int i = get_local_id(0) * WIDTH; i < elements; i += GROUP * WIDTH) {
      const int at = block[W_AT] + i;
      const int n = min(WIDTH, elements - i);
      const REAL descent = rate * gradient_of(block, g, i, n);
      const REAL next = unless_faded(fma((REAL)(MOMENTUM), take(m + at, n), -descent));
      const REAL move = NESTEROV ? fma((REAL)(MOMENTUM), next, -descent) : next;
      const REAL after = take(w + at, n) + move;
      put(next, m + at, n);
      put(after, w + at, n);
      flip(block, after, i, n, flipped);
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void flip_weights(global const int *blocks, const int count, global const float *w,
                  global float *flipped) {
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    for (int i = get_local_id(0) * WIDTH; i < elements; i += GROUP * WIDTH) {
      const int n = min(WIDTH, elements - i);
      flip(block, take(w + block[W_AT] + i, n), i, n, flipped);
    }
  }
}
