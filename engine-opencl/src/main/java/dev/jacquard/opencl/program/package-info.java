/**
 * Compiled programs, kept from one run to the next: a compiler takes seconds for what a file gives
 * at once.
 */
package dev.jacquard.opencl.program;
