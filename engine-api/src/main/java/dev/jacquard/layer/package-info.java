/**
 * What authors write: layers, records with Keras's names, fields and defaults, and the way by which
 * a plug-in adds one.
 */
package dev.jacquard.layer;
