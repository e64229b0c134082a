// Sums of each channel over a batch, in two launches: the gradient of a bias.
//
//   sums[c] = sum over n, pixel of x[n, pixel, c]
//
// Layouts, all row-major:
//   steps     [steps] of (size, position in the epoch, global number, bits of the rate)
//   x         [batch, pixels, channels], fewer than 2^31 elements, read for the samples that the
//             step has. There is 1 pixel behind a dense layer
//   partials  [tiles, channels], tiles = ceil(batch * pixels / TILE); tile t is rows t * TILE to
//             t * TILE + TILE - 1, cut off at the size. Tiles beyond the size hold zeros
//   sums      [channels]
//
// channel_sums: groups of GROUP items, as many as the device likes; an item adds the rows of one
// tile and channel, in their order, and strides on. No local memory.
// channel_sums_merge: groups of GROUP items, at best one a channel; item t of a group adds tiles t,
// t + GROUP, ..., then the items' sums are added in a tree. Local memory: 4 * GROUP bytes.
//
// A number passes through at most TILE + tiles / GROUP + log2(GROUP) additions. The order follows
// from the shapes, TILE and GROUP alone.
#pragma OPENCL FP_CONTRACT OFF

// Tuning.
#ifndef TILE
#define TILE 64 // rows of a partial sum: 1 to 256
#endif
#ifndef GROUP
#define GROUP 64 // items of a group: powers of two, 16 to 256
#endif

#if GROUP & (GROUP - 1)
#error "channel_sums: GROUP must be a power of two"
#endif

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void channel_sums(global const int4 *steps, const int step, const int pixels, const int channels,
                  const int tiles, global const float *x, global float *partials) {
  const int rows = steps[step].x * pixels;
  for (uint e = get_global_id(0); e < (uint)(tiles * channels); e += get_global_size(0)) {
    const int c = e % channels;
    const int first = e / channels * TILE;
    const int end = min(first + TILE, rows);
    float sum = 0.0f;
    for (int row = first; row < end; row++) {
      sum += x[row * channels + c];
    }
    partials[e] = sum;
  }
}

kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void channel_sums_merge(const int channels, const int tiles, global const float *partials,
                        global float *sums) {
  local float merged[GROUP];
  const int item = get_local_id(0);
  for (int c = get_group_id(0); c < channels; c += get_num_groups(0)) {
    float sum = 0.0f;
    for (int tile = item; tile < tiles; tile += GROUP) {
      sum += partials[tile * channels + c];
    }
    for (int half_group = GROUP / 2; half_group > 0; half_group /= 2) {
      merged[item] = sum;
      barrier(CLK_LOCAL_MEM_FENCE);
      sum += item < half_group ? merged[item + half_group] : 0.0f;
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (item == 0) {
      sums[c] = sum;
    }
  }
}
