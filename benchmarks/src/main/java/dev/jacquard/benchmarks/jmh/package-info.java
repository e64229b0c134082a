/**
 * JMH benchmarks. Forks get the Vector API by one flag, {@code --add-modules jdk.incubator.vector};
 * without it the engine computes in plain Java.
 */
package dev.jacquard.benchmarks.jmh;
