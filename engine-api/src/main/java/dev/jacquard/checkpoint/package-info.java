/**
 * Files that are either whole or not there, of a size that is allowed: atomic writing, bounded
 * reading, and tensors in the safetensors format.
 */
package dev.jacquard.checkpoint;
