/** What all benchmarks run: networks on the CPU backend, on Fashion-MNIST. */
package dev.jacquard.benchmarks;
