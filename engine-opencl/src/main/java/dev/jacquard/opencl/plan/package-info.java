/** Plans of the OpenCL backend: a graph's ops as launches over buffers that are made once. */
package dev.jacquard.opencl.plan;
