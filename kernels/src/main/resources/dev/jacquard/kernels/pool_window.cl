// The window of a pooling, as dev.jacquard.graph.Window has it: for other files to include; it has
// no kernel of its own.
//
// Output (i, j) sees the input's rows i * STRIDE_H - TOP to i * STRIDE_H - TOP + KERNEL_H - 1 and
// its columns likewise, as far as they exist; every window has a position inside the input. Windows
// may overlap, or leave gaps. Tensors are [BATCH, IN_H, IN_W, CHANNELS] and
// [BATCH, OUT_H, OUT_W, CHANNELS].
#pragma OPENCL FP_CONTRACT OFF

// The shape, all or none. The defaults are the second block of fmnist-reference.
#ifndef CHANNELS
#define CHANNELS 64
#define IN_H 14
#define IN_W 14
#define OUT_H 7
#define OUT_W 7
#define KERNEL_H 2
#define KERNEL_W 2
#define STRIDE_H 2
#define STRIDE_W 2
#define TOP 0
#define LEFT 0
#endif

#define IN_PIXELS (IN_H * IN_W)
#define OUT_PIXELS (OUT_H * OUT_W)

// From x up to, not including, y.
typedef int2 range;

// The input's positions along an axis that the window at out sees.
static inline range seen_by(int out, int stride, int before, int extent, int inputs) {
  const int from = out * stride - before;
  return (range)(max(from, 0), min(from + extent, inputs));
}

static inline range rows_seen_by(int i) {
  return seen_by(i, STRIDE_H, TOP, KERNEL_H, IN_H);
}

static inline range columns_seen_by(int j) {
  return seen_by(j, STRIDE_W, LEFT, KERNEL_W, IN_W);
}

// The windows along an axis that see the input's position in.
static inline range that_see(int in, int stride, int before, int extent, int outputs) {
  const int last = in + before;
  return (range)(last < extent ? 0 : (last - extent) / stride + 1,
                 min(last / stride + 1, outputs));
}

static inline range rows_that_see(int row) {
  return that_see(row, STRIDE_H, TOP, KERNEL_H, OUT_H);
}

static inline range columns_that_see(int column) {
  return that_see(column, STRIDE_W, LEFT, KERNEL_W, OUT_W);
}
