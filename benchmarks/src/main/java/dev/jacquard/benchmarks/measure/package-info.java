/**
 * How an engine is measured, Jacquard and its peers alike. Depends on the JDK only: the peers are
 * built with a copy of these sources, and without the rest of Jacquard.
 */
package dev.jacquard.benchmarks.measure;
