/** Names for what is long, by its content. */
package dev.jacquard.opencl.hash;
