/** The OpenCL backend's provider: finds every device of every driver. */
package dev.jacquard.opencl;
