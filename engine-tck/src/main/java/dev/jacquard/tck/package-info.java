/**
 * The conformance suite for backends: cases as data, a plain runner, and a thin JUnit adaptor. The
 * oracle is {@link dev.jacquard.reference}, in double precision. What lies inside a backend (that
 * every output is written in full and nothing beside it) cannot be seen from here and is for each
 * backend's own kernel tests.
 */
package dev.jacquard.tck;
