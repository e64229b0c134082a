/** The CPU backend: pure Java at the speed of the hardware. */
package dev.jacquard.cpu;
