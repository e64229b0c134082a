/** The fixed pool of threads that all plans of a device share. */
package dev.jacquard.cpu.thread;
