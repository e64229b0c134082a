// Whether a device gives a group ROOM floats of local memory, and copies into it by itself where
// ASYNC says so. A driver may compile for more than the device reports: NVIDIA's do.
//
//   to[g, i] = from[g, i] + 1
//
// Layouts: from, to  [groups, 256], from a multiple of 16 bytes.
//
// Groups of 64 items, in one dimension; local memory: 4 * ROOM bytes, all of it in use.
#ifndef ROOM
#define ROOM 2048 // at least 512
#endif

typedef struct {
  int none;
} source;

#define TILE_M 32
#define TILE_N 32
#define TILE_K 8
#define ITEM_M 4
#define ITEM_N 4
#define FOURS_B 1
#include "gemm_tile.cl"
#include "local_copy.cl"

kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void local_probe(global const float *from, global float *to) {
  local float room[ROOM] __attribute__((aligned(16)));
  const int item = get_local_id(0);
  const int place = get_group_id(0) * 256 + item * 4;
  // The last that there is, and what all of it leaves in the first.
  local float *at = room + ROOM - 256 + item * 4;
  bring_four(from + place, 1, at);
  for (int i = item; i < ROOM - 256; i += 64) {
    room[i] = 1.0f;
  }
  sent();
  arrived();
  barrier(CLK_LOCAL_MEM_FENCE);
  float least = 1.0f;
  for (int i = item; i < ROOM - 256; i += 64) {
    least = fmin(least, room[i]);
  }
  for (int i = 0; i < 4; i++) {
    to[place + i] = at[i] + least;
  }
}
