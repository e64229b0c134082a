/** The reference network in DL4J. */
package dev.jacquard.benchmarks.dl4j;
