package dev.jacquard.train;

/**
 * How well one class is recognised, or several on average.
 *
 * @param name of the class or the kind of average
 * @param precision share of the samples taken for the class that are of it; 0 if none were
 * @param recall share of the class's samples that were taken for it; 0 if there are none
 * @param f1 harmonic mean of the two; 0 if both are
 * @param support how many samples the class has
 */
public record ClassScore(String name, double precision, double recall, double f1, int support) {}
