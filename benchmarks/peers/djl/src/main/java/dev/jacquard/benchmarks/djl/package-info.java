/** The reference network in DJL on PyTorch. */
package dev.jacquard.benchmarks.djl;
