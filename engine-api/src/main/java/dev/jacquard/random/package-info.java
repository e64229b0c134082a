/** Counter-based randomness: the same bits on every backend, in any order. */
package dev.jacquard.random;
