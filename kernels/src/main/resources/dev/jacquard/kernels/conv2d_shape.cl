// What the kernels of convolutions share, the shape and the input's numbers: for other files to
// include; it has no kernel of its own. A dense layer is a 1x1 convolution of a 1x1 image.
//
//   BATCH                    samples of a full batch
//   IN_H, IN_W, IN_C         input
//   OUT_H, OUT_W, FILTERS    output
//   KERNEL_H, KERNEL_W, STRIDE_H, STRIDE_W, TOP, LEFT  window; TOP and LEFT are its padding
//   STORED                   what the input is stored as: float, uchar
//   SCALE, OFFSET            x = stored * SCALE + OFFSET; without SCALE, x = stored
//   GATHER                   1: stored is a resident data set, and indices say which samples a step
//                            has; 0: stored is the batch itself
#pragma OPENCL FP_CONTRACT OFF

// The defaults are the second convolution of fmnist-reference at batch 64.
#ifndef FILTERS
#define BATCH 64
#define IN_H 14
#define IN_W 14
#define IN_C 32
#define OUT_H 14
#define OUT_W 14
#define FILTERS 64
#define KERNEL_H 3
#define KERNEL_W 3
#define STRIDE_H 1
#define STRIDE_W 1
#define TOP 1
#define LEFT 1
#endif
#ifndef STORED
#define STORED float
#endif
#ifndef GATHER
#define GATHER 0
#endif

#define JOIN_TEXT(a, b) a##b
#define JOIN(a, b) JOIN_TEXT(a, b)

// The number at a place, and the four from there on if the place is a multiple of four.
#ifdef SCALE
#define NUMBER(from) fma((float)*(from), SCALE, OFFSET)
#define NUMBERS(from) \
  fma(convert_float4(*(global const JOIN(STORED, 4) *)(from)), (float4)(SCALE), (float4)(OFFSET))
#else
#define NUMBER(from) ((float)*(from))
#define NUMBERS(from) convert_float4(*(global const JOIN(STORED, 4) *)(from))
#endif
