/** The comparison with peers: all engines in turn, each in a process of its own. */
package dev.jacquard.benchmarks.peer;
