/**
 * The definition of every op: a naive interpreter in double precision, forward and backward, slow
 * and clear. It is the oracle of the conformance suite, and is itself checked by finite
 * differences. {@link dev.jacquard.reference.ReferenceModel} is the way in; {@link
 * dev.jacquard.reference.ReferenceBackend} wears a backend's clothes.
 */
package dev.jacquard.reference;
