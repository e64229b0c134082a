/** Shapes, element types and dense host tensors. */
package dev.jacquard.tensor;
