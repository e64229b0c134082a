package dev.jacquard.cpu.kernel;

/**
 * The constants of a {@link MomentsKernel}: one kernel is compiled for each distinct value. Strides
 * are in floats.
 *
 * @param height rows of an image, at least 1
 * @param width pixels of a row, at least 1
 * @param row from a row to the next
 * @param pixel from a pixel to the next
 * @param vectors vectors of channels to treat at once: 1 or 2
 */
public record MomentsSpec(int height, int width, int row, int pixel, int vectors) {}
