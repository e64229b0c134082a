/**
 * The engine as a library: a {@link dev.jacquard.model.Model} is loaded or made, predicts from any
 * number of threads, is evaluated, trained and saved.
 */
package dev.jacquard.model;
