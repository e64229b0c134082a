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
// stride over blocks. Where a gradient has many parts, several lanes of items share them: lane l
// adds the parts l, l + lanes, ... of the elements that its items have, and the lanes' sums are
// added by halves. The items of a lane stride over runs of WIDTH elements, so a block is best as
// long as a lane is wide. Local memory: 4 * GROUP * WIDTH bytes. The order of the sums follows from
// the number of parts, LANES, EACH and CHAIN alone. Offsets are below 2^31.
#pragma OPENCL FP_CONTRACT OFF

// Tuning. Processors: groups of 1 with vectors, as the parts of an element lie far apart.
#ifndef GROUP
#define GROUP 256 // items of a group: powers of two, 1 to 256
#endif
#ifndef WIDTH
#define WIDTH 1 // elements that an item takes at once: 1, 2, 4, 8, 16
#endif
#ifndef LANES
#define LANES (GROUP < 32 ? GROUP : 32) // lanes, at most: powers of two, 1 to GROUP
#endif
#ifndef EACH
#define EACH 8 // parts that a lane adds, at most, while there are lanes: 1 or more
#endif
#ifndef CHAIN
#define CHAIN 8 // parts that are added one after the other, before the sums are: 1 or more
#endif

#if GROUP & (GROUP - 1) || LANES & (LANES - 1) || LANES > GROUP
#error "optimizer: GROUP and LANES must be powers of two, LANES at most GROUP"
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

// The first n of WIDTH elements, at least one, the others 0.
static inline REAL take(global const float *from, int n) {
#if WIDTH > 1
  if (n < WIDTH) {
    float each[WIDTH];
    for (int k = 0; k < WIDTH; k++) {
      each[k] = k < n ? from[k] : 0.0f;
    }
    return LOAD(each);
  }
#endif
  return LOAD(from);
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

// How often the lanes that share so many parts are doubled: until none has more than EACH.
static inline int doublings_for(int parts) {
  int doublings = 0;
  while (1 << doublings < LANES && EACH << doublings < parts) {
    doublings++;
  }
  return doublings;
}

// Graphics processors read all parts of a chain at once: where there are fewer, they read the last
// one again, as a load that depends on a condition would wait for those before it.
#if GROUP > 1
#define UNROLL CHAIN
#define CHAINED(left) CHAIN
#else
#define UNROLL 1
#define CHAINED(left) min(left, CHAIN)
#endif

// The sum of a lane's parts of n elements.
static inline REAL lane_sum(global const float *part, int parts, int stride, int n) {
  REAL total = 0.0f;
  for (int first = 0; first < parts; first += CHAIN) {
    REAL next[CHAIN];
#pragma unroll UNROLL
    for (int p = 0; p < CHAINED(parts - first); p++) {
      next[p] = take(part, n);
      part += first + p + 1 < parts ? stride : 0;
    }
    REAL sum = 0.0f;
#pragma unroll UNROLL
    for (int p = 0; p < CHAINED(parts - first); p++) {
      sum += first + p < parts ? next[p] : (REAL)(0.0f);
    }
    total += sum;
  }
  return total;
}

// An item's run of the elements that the group has from i0 on: (its first, how many, the item's
// lane, whether the item writes them). Items for which nothing is left read the last element.
static inline int4 run_of(global const int *block, int doublings, int i0) {
  const int elements = block[ELEMENTS];
  const int item = get_local_id(0);
  const int lane = (item << doublings) / GROUP;
  const int mine = i0 + (item & ((GROUP >> doublings) - 1)) * WIDTH;
  const int i = min(mine, elements - 1);
  return (int4)(i, min(WIDTH, elements - i), lane, lane == 0 && mine < elements);
}

// The gradient of a run, for the items of the first lane. All items of the group call it together.
static inline REAL gradient_of(global const int *block, global const float *g, int4 run,
                               int doublings, local REAL *sums) {
  const int lanes = 1 << doublings;
  const int lane = run.z;
  const int stride = block[STRIDE];
  const int parts = (block[PARTS] + lanes - 1 - lane) >> doublings;
  REAL sum = lane_sum(g + block[G_AT] + run.x + lane * stride, parts, stride << doublings, run.y);
#if LANES > 1
  const int item = get_local_id(0);
  for (int wide = GROUP / 2; wide >= GROUP >> doublings; wide /= 2) {
    sums[item] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    sum += item < wide ? sums[item + wide] : (REAL)(0.0f);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#endif
  return sum;
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
  local REAL sums[GROUP];
  const float2 rate = rates[step];
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    const int doublings = doublings_for(block[PARTS]);
    for (int i0 = 0; i0 < elements; i0 += (GROUP >> doublings) * WIDTH) {
      const int4 run = run_of(block, doublings, i0);
      const int n = run.y;
      const int at = block[W_AT] + run.x;
      REAL before = 0.0f;
      REAL first = 0.0f;
      REAL second = 0.0f;
      if (run.w) {
        before = take(w + at, n);
        first = take(m + at, n);
        second = take(v + at, n);
      }
      const REAL gradient = gradient_of(block, g, run, doublings, sums);
      if (run.w) {
        first = unless_faded(fma((REAL)(KEEP_M), first, TAKE_M * gradient));
        second = unless_faded(fma(TAKE_V * gradient, gradient, KEEP_V * second));
        const REAL after =
            fma((REAL)(-rate.y), before, before) - rate.x * first / (sqrt(second) + EPSILON);
        put(first, m + at, n);
        put(second, v + at, n);
        put(after, w + at, n);
        flip(block, after, run.x, n, flipped);
      }
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void sgd(global const float2 *rates, const int step, global const int *blocks, const int count,
         global float *w, global const float *g, global float *flipped) {
  local REAL sums[GROUP];
  const float rate = rates[step].x;
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    const int doublings = doublings_for(block[PARTS]);
    for (int i0 = 0; i0 < elements; i0 += (GROUP >> doublings) * WIDTH) {
      const int4 run = run_of(block, doublings, i0);
      const int n = run.y;
      const int at = block[W_AT] + run.x;
      REAL before = 0.0f;
      if (run.w) {
        before = take(w + at, n);
      }
      const REAL gradient = gradient_of(block, g, run, doublings, sums);
      if (run.w) {
        const REAL after = fma((REAL)(-rate), gradient, before);
        put(after, w + at, n);
        flip(block, after, run.x, n, flipped);
      }
    }
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void momentum(global const float2 *rates, const int step, global const int *blocks,
              const int count, global float *w, global const float *g, global float *m,
              global float *flipped) {
  local REAL sums[GROUP];
  const float rate = rates[step].x;
  for (int b = get_group_id(0); b < count; b += get_num_groups(0)) {
    global const int *block = blocks + b * FIELDS;
    const int elements = block[ELEMENTS];
    const int doublings = doublings_for(block[PARTS]);
    for (int i0 = 0; i0 < elements; i0 += (GROUP >> doublings) * WIDTH) {
      const int4 run = run_of(block, doublings, i0);
      const int n = run.y;
      const int at = block[W_AT] + run.x;
      REAL before = 0.0f;
      REAL moment = 0.0f;
      if (run.w) {
        before = take(w + at, n);
        moment = take(m + at, n);
      }
      const REAL descent = rate * gradient_of(block, g, run, doublings, sums);
      if (run.w) {
        const REAL next = unless_faded(fma((REAL)(MOMENTUM), moment, -descent));
        const REAL move = NESTEROV ? fma((REAL)(MOMENTUM), next, -descent) : next;
        const REAL after = before + move;
        put(next, m + at, n);
        put(after, w + at, n);
        flip(block, after, run.x, n, flipped);
      }
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
