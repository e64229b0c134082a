package dev.jacquard.opencl.plan;

import java.util.HashMap;
import java.util.Map;

/** What the forward pass of training keeps for the backward pass, besides the values. */
final class Kept {
  /** Which position of each window won, by max-pooling. */
  final Map<Integer, Long> winners = new HashMap<>();

  /** Mean and inverse deviation of each channel, by batch normalisation. */
  final Map<Integer, Long> statistics = new HashMap<>();

  /** The arrays that a plug-in's op sees. */
  final Map<Integer, CustomCall> calls = new HashMap<>();
}
