// The draws of dropout for WIDTH neighbours in each of a window's four positions at once: for
// chain_forward.cl to include, behind chain.cl. It has no kernel of its own.
//
// The bits are philox.cl's. A block serves PER_BLOCK elements in canonical order, and so several
// vectors of channels; or two blocks serve one.
#pragma OPENCL FP_CONTRACT OFF
#include "chain.cl"
#include "philox.cl"

#ifndef DROP_STREAM
#define DROP_STREAM 0x1000004u // of the dropout's node
#endif

// Words that the draws of a vector take.
#define SPAN (WIDTH > PER_WORD ? WIDTH / PER_WORD : 1)

// Four blocks at once, which differ in the first counter: words 0 of all, then words 1, 2 and 3.
// Only the lower halves of these numbers count: a multiplication of 32 by 32 bits to 64 needs no
// more, and vectors of processors have that one.
static inline uint16 philox_four(uint4 index, uint y, uint z, uint w, uint2 key) {
  ulong4 counter0 = convert_ulong4(index);
  ulong4 counter1 = y;
  ulong4 counter2 = z;
  ulong4 counter3 = w;
  for (int round = 0; round < 10; round++) {
    const ulong4 product0 = (counter0 & 0xFFFFFFFFul) * 0xD2511F53ul;
    const ulong4 product1 = (counter2 & 0xFFFFFFFFul) * 0xCD9E8D57ul;
    counter0 = product1 >> 32 ^ counter1 ^ (ulong4)(key.x);
    counter1 = product1;
    counter2 = product0 >> 32 ^ counter3 ^ (ulong4)(key.y);
    counter3 = product0;
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return (uint16)(convert_uint4(counter0), convert_uint4(counter1), convert_uint4(counter2),
                  convert_uint4(counter3));
}

// A vector's lanes: the word in which each one's draw lies, and by how much it is shifted there.
#define SHIFT(lane) ((lane) % PER_WORD * DROP_BITS)
#define SHIFTS4(lane) SHIFT(lane), SHIFT(lane + 1), SHIFT(lane + 2), SHIFT(lane + 3)
#define WORDS4(lane)                                                                            \
  words[(lane) / PER_WORD], words[(lane + 1) / PER_WORD], words[(lane + 2) / PER_WORD],         \
      words[(lane + 3) / PER_WORD]
#if WIDTH == 1
#define ALL_SHIFTS (0u)
#define ALL_WORDS (words[0])
#elif WIDTH == 2
#define ALL_SHIFTS ((uints)(SHIFT(0), SHIFT(1)))
#define ALL_WORDS ((uints)(words[0], words[1 / PER_WORD]))
#elif WIDTH == 4
#define ALL_SHIFTS ((uints)(SHIFTS4(0)))
#define ALL_WORDS ((uints)(WORDS4(0)))
#elif WIDTH == 8
#define ALL_SHIFTS ((uints)(SHIFTS4(0), SHIFTS4(4)))
#define ALL_WORDS ((uints)(WORDS4(0), WORDS4(4)))
#else
#define ALL_SHIFTS ((uints)(SHIFTS4(0), SHIFTS4(4), SHIFTS4(8), SHIFTS4(12)))
#define ALL_WORDS ((uints)(WORDS4(0), WORDS4(4), WORDS4(8), WORDS4(12)))
#endif

// Which of WIDTH neighbours are kept, from the words of their draws.
static inline ints keeps(const uint *words) {
  const uints draws = ALL_WORDS >> ALL_SHIFTS & (uints)((1u << DROP_BITS) - 1u);
  return draws >= (uints)(DROP_THRESHOLD);
}

// The draws of all windows and channels that a group holds at once, in local memory, so that each
// block is drawn by one item alone: [SPANNED * 4 words][ALONG windows][4 positions], from the block
// on in which a position's slice begins.
#if CHANNELS % SLICE == 0 && PER_BLOCK % SLICE == 0
#define SPANNED 1
#elif CHANNELS % PER_BLOCK == 0 && SLICE % PER_BLOCK == 0
#define SPANNED (SLICE / PER_BLOCK)
#else
#define SPANNED ((SLICE + PER_BLOCK - 2) / PER_BLOCK + 1)
#endif
#define DRAWN (SPANNED * 4 * ALONG * 4)

#if GROUP > 1
// Draws for the windows from `first` on.
static inline void draw(local uint *drawn, uint4 *held, int first, int windows, int slice,
                        uint position, uint number, uint2 key) {
  const int seen = POOL ? 4 : 1;
  for (int task = get_local_id(0); task < SPANNED * ALONG * seen; task += GROUP) {
    const int along = task / seen % ALONG;
    const int block = task / seen / ALONG;
    const int window = min(first + along, windows - 1);
    const int4 elements = window_elements(window);
    const int2 pair = (task % seen & 2) != 0 ? elements.zw : elements.xy;
    const uint element = ((task % seen & 1) != 0 ? pair.y : pair.x) + slice * SLICE;
    const uint4 words = philox((uint4)(element / PER_BLOCK + block,
                                       position + window_sample(window), number, DROP_STREAM),
                               key);
    local uint *to = drawn + (block * 4 * ALONG + along) * 4 + task % seen;
    to[0] = words.x;
    to[ALONG * 4] = words.y;
    to[ALONG * 8] = words.z;
    to[ALONG * 12] = words.w;
  }
}
#else
// Draws for a window, unless it has the blocks of the one before in its sample, which are held.
static inline void draw(local uint *drawn, uint4 *held, int window, int windows, int slice,
                        uint position, uint number, uint2 key) {
  const uint4 first = (convert_uint4(window_elements(window)) + slice * SLICE) / PER_BLOCK;
  if (any(first != *held)) {
    *held = first;
    for (int block = 0; block < SPANNED; block++) {
      vstore16(
          philox_four(first + block, position + window_sample(window), number, DROP_STREAM, key),
          block, drawn);
    }
  }
}
#endif

// Which of WIDTH neighbours are kept, from what was drawn for one position of a window.
static inline ints drawn_keeps(local const uint *drawn, uint begin, int channel) {
  const uint offset = begin % PER_BLOCK + channel;
  uint words[8];
  for (int s = 0; s < SPAN; s++) {
    words[s] = drawn[(offset / PER_WORD + s) * (ALONG * 4)];
  }
  if (WIDTH < PER_WORD) {
    words[0] >>= offset % PER_WORD * DROP_BITS;
  }
  return keeps(words);
}
