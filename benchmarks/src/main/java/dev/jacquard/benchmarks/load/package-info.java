/** A load on {@code jacquard serve}, from the loopback address and bounded in number and time. */
package dev.jacquard.benchmarks.load;
