// Philox4x32-10 of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as easy as 1, 2, 3",
// SC 2011), and the draws of dropout: for other files to include; it has no kernel of its own.
//
// The bits are those of dev.jacquard.random. The block of a dropped-out element is
//   philox((uint4)(element / PER_BLOCK, position + n, step, stream), key)
// where element is its canonical [H, W, C] index in its sample, n its sample's number in the batch,
// position the epoch position of the batch's first sample, and key (low, high half of the seed).
//
//   DROP_BITS       bits a draw: 1, 2, 4, 8 or 16
//   DROP_THRESHOLD  draws below it drop the element
#pragma OPENCL FP_CONTRACT OFF

#ifndef DROP_BITS
#define DROP_BITS 2
#endif
#ifndef DROP_THRESHOLD
#define DROP_THRESHOLD 1
#endif

// Draws in a word and in a block.
#define PER_WORD (32 / DROP_BITS)
#define PER_BLOCK (128 / DROP_BITS)

static inline uint4 philox(uint4 counter, uint2 key) {
  // A product of 64 bits is one instruction on some devices, its halves by themselves are two.
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const ulong product0 = (ulong)counter.x * 0xD2511F53u;
    const ulong product1 = (ulong)counter.z * 0xCD9E8D57u;
    counter = (uint4)((uint)(product1 >> 32) ^ counter.y ^ key.x, (uint)product1,
                      (uint)(product0 >> 32) ^ counter.w ^ key.y, (uint)product0);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return counter;
}

// The word of a block that has an element's draw, shifted so that the draw is in its lowest bits.
static inline uint philox_word(uint4 block, uint element) {
  // Two selections: LLVM makes a chain of comparisons into a switch over i2, which oclgrind 21.10
  // interprets wrongly.
  const uint word = element / PER_WORD;
  const uint2 pair = (word & 2u) != 0 ? block.zw : block.xy;
  return ((word & 1u) != 0 ? pair.y : pair.x) >> element % PER_WORD * DROP_BITS;
}

// Whether the draw in the lowest bits keeps its element.
static inline bool draw_keeps(uint word) {
  return (word & (1u << DROP_BITS) - 1) >= DROP_THRESHOLD;
}

// Whether the draw for an element, in its block, keeps it.
static inline bool philox_keeps(uint4 block, uint element) {
  return draw_keeps(philox_word(block, element));
}
