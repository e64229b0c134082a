/**
 * Training and evaluation. A {@link dev.jacquard.train.TrainingLoop} drives a session by a {@link
 * dev.jacquard.train.Recipe}, tells {@link dev.jacquard.train.TrainingListener}s, and can stop and
 * go on from a {@link dev.jacquard.train.Progress} to the same bits.
 */
package dev.jacquard.train;
