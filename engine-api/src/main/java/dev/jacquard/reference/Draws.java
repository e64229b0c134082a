package dev.jacquard.reference;

/**
 * What counts a pass's random draws.
 *
 * @param seed of the session
 * @param step global number of the step, from 0
 * @param position of the batch's first sample in the epoch
 */
public record Draws(long seed, long step, int position) {}
