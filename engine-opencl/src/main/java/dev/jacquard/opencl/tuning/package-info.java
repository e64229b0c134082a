/** How kernels are cut for a device: what may be chosen, and what was found to be fast. */
package dev.jacquard.opencl.tuning;
