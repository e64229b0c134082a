// A convolution of few input channels and the chain behind it in one pass: what
// conv2d_few_chain.cl and conv2d_few_chain_backward.cl share. It has no kernel of its own.
//
// chain.cl has the chain's parameters: what it reads, [BATCH, IN_H, IN_W, CHANNELS], is the output
// y of the convolution, whose parameters are in conv2d_few_patch.cl. y is in no memory: forward
// computes it from the input, and backward does without it.
//
// Work comes in strips of ROWS rows of the chain's output. Item number i of a group is lane
// i / COLUMNS, column i % COLUMNS: it has the column's vector of channels, for which the
// convolution's taps, or their gradient, stay in its registers, and of a strip's windows every
// LANES-th from its lane's on.
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
