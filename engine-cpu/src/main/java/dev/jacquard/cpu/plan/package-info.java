/**
 * From a graph to stages: {@link dev.jacquard.cpu.plan.Blueprint} lays values and parameters out
 * and says what runs together; the compilers make the stages of training and of inference.
 */
package dev.jacquard.cpu.plan;
