/** Hand-written OpenCL C, one small file per kernel family, and the class that finds them. */
package dev.jacquard.kernels;
