// The dropout mask of a batch, for tests: 1 where an element is kept. Follows philox.cl.
kernel void trial_mask(const int elements, const int position, const int number, const int stream,
                       const int seed_low, const int seed_high, global uchar *kept) {
  const uint element = get_global_id(0);
  const uint n = get_global_id(1);
  const uint4 counter = (uint4)(element / PER_BLOCK, position + n, number, stream);
  const uint4 block = philox(counter, (uint2)(seed_low, seed_high));
  kept[n * elements + element] = philox_keeps(block, element);
}
