package dev.jacquard.backend;

/**
 * How long a stage ran.
 *
 * @param stage as in the plan
 * @param runs how often
 * @param nanoseconds in all of them together
 */
public record StageTime(String stage, long runs, long nanoseconds) {}
