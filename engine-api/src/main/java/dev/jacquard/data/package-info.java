/** Labelled samples in host memory. */
package dev.jacquard.data;
