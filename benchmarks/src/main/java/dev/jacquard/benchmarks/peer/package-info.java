/** The comparison with a peer: both engines in turn, each in a process of its own. */
package dev.jacquard.benchmarks.peer;
