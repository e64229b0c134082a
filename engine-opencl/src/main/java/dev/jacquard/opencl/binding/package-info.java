/**
 * The calls into OpenCL that the backend needs, behind one interface. Nothing outside this package
 * knows the library that makes them, and nothing of that library is loaded before {@link
 * dev.jacquard.opencl.binding.Bindings} is asked for it.
 */
package dev.jacquard.opencl.binding;
