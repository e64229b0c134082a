// A convolution of few input channels and the chain behind it in one pass: what
// conv2d_few_chain.cl and conv2d_few_chain_backward.cl share. It has no kernel of its own.
//
// chain.cl has the chain's parameters: what it reads, [BATCH, IN_H, IN_W, CHANNELS], is the output
// y of the convolution, whose parameters are in conv2d_few_patch.cl. y is in no memory: it is
// computed from the input wherever it is needed, in the same order of sums, and so to the same bits.
//
// Work comes in strips of ROWS rows of the chain's output. Item number i of a group is lane
// i / COLUMNS, column i % COLUMNS: it has the column's vector of channels, the convolution's taps for
// which stay in its registers, and of a strip's windows every LANES-th from its lane's on.
#pragma OPENCL FP_CONTRACT OFF

// The defaults are the first block of fmnist-reference at batch 64.
#ifndef CHANNELS
#define BATCH 64
#define CHANNELS 32
#define IN_H 28
#define IN_W 28
#define OUT_H 14
#define OUT_W 14
#endif
#ifndef LANES
#define GROUP 256
#define LANES 32
#endif
#include "chain.cl"

// Tuning.
#ifndef ROWS
#define ROWS 7 // of the chain's output in a strip: a divisor of OUT_H
#endif
#ifndef BIAS
#define BIAS 1 // whether the convolution has one
#endif

#define COLUMNS MERGED
#define REAL floats
#define VECTOR WIDTH
#define PATCH_ROWS (ROWS * STRIDE)
#define PATCH_COLUMNS IN_W
#include "conv2d_few_patch.cl"

#if OUT_H % ROWS
#error "conv2d_few: the strips do not divide the output"
#endif
#if COLUMNS < CHUNKS
#error "conv2d_few: a group has to take all channels"
#endif

#define STRIPS (OUT_H / ROWS)
#define WINDOWS (ROWS * OUT_W)

// From a window's first element to those beside and below it, in the patch.
#define BESIDE (STRIDE_W * X_C)
#define BELOW (STRIDE_H * PATCH_W * X_C)

// Tiles that a lane loads at once: before any is added, so that it waits once for all.
#define AHEAD (WIDTH < 16 ? 16 / WIDTH : 1)

// Of [tiles, CHANNELS] pairs, those of the tiles first, first + LANES, ...; beyond the last tile they
// are the last one's, and do not count.
ALWAYS void load_tiles(global const float2 *pairs, int first, int tiles, int c, floats *ones,
                       floats *others) {
#pragma unroll WHOLE
  for (int i = 0; i < AHEAD; i++) {
    const int tile = min(first + i * LANES, tiles - 1);
    load_pairs(pairs + tile * CHANNELS + c, ones + i, others + i);
  }
}
