// How a group brings pixels into local memory while it multiplies others: for other files to
// include, behind gemm_tile.cl; it has no kernel of its own.
//
// With ASYNC, which takes NVIDIA's compiler and a device of compute capability 8 or more, numbers
// go past the registers (PTX ISA, cp.async): bring_four only asks for them, sent ends a batch of
// what was asked for, and arrived waits until DEPTH - 1 batches ago are there; each item then makes
// factors of those that it has asked for itself. Without it a number is there at once, a factor.
//
// Lines of pixels are shared out so that an item keeps its place in a line, as far as there are
// items enough, and so that most of what it does is known to the compiler.
#pragma OPENCL FP_CONTRACT OFF

#ifndef ASYNC
#define ASYNC 0
#endif
#ifndef DEPTH
#define DEPTH 2 // batches that have room in local memory: 1 to 4
#endif

#ifdef FOURS_B

#define GREATER(a, b) ((a) > (b) ? (a) : (b))

// A line has so many quads: how many lines the items bring at once, and in how many pieces if they
// are not enough for one.
#define AT_ONCE(quads) GREATER(ITEMS / (quads), 1)
#define PIECES(quads) (((quads) + ITEMS - 1) / ITEMS)
// The item's quad in a line's piece, the first of its lines, and whether it has any.
#define QUAD_OF(quads, piece) \
  (PIECES(quads) > 1 ? (piece) * ITEMS + this_item() : this_item() % (quads))
#define LINE_OF(quads) (PIECES(quads) > 1 ? 0 : this_item() / (quads))
#define HAS_LINES(quads, piece) \
  (PIECES(quads) > 1 ? QUAD_OF(quads, piece) < (quads) : LINE_OF(quads) < AT_ONCE(quads))
// Whether a line that lies so far behind the item's first exists, which of most is known.
#define IS_LINE(line, quads, lines) \
  ((line) + AT_ONCE(quads) <= (lines) || (line) + LINE_OF(quads) < (lines))
#define BROUGHT_UNROLL (WHOLE > 1 ? 8 : 1)

static inline float4 factors_of(const float4 four) {
  return (float4)(FACTOR(four.x), FACTOR(four.y), FACTOR(four.z), FACTOR(four.w));
}

// Four numbers, or zeros where there are none.
static inline __attribute__((always_inline)) void bring_four(global const float *from,
                                                             const int inside, local float *to) {
#if ASYNC
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"((uint)(ulong)to), "l"(from),
               "r"(inside ? 16 : 0)
               : "memory");
#else
  *(local float4 *)to = factors_of(inside ? *(global const float4 *)from : (float4)(0.0f));
#endif
}

// Whether what has arrived must still be made factors.
#define RAW (ASYNC && TF32)

static inline __attribute__((always_inline)) void make_factors(local float *at) {
  *(local float4 *)at = factors_of(*(local const float4 *)at);
}

static inline __attribute__((always_inline)) void sent(void) {
#if ASYNC
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

static inline __attribute__((always_inline)) void arrived(void) {
#if ASYNC && DEPTH <= 2
  asm volatile("cp.async.wait_group 0;" ::: "memory");
#elif ASYNC && DEPTH == 3
  asm volatile("cp.async.wait_group 1;" ::: "memory");
#elif ASYNC
  asm volatile("cp.async.wait_group 2;" ::: "memory");
#endif
}

#endif
