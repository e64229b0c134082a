/**
 * Files that are either whole or not there: atomic writing, and tensors in the safetensors format.
 */
package dev.jacquard.checkpoint;
