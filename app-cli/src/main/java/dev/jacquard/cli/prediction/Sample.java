package dev.jacquard.cli.prediction;

import dev.jacquard.cli.picture.Prepared;

/**
 * One picture to classify.
 *
 * @param name for people: the file, with the number in brackets where it holds many
 * @param prepared as the network sees it
 */
public record Sample(String name, Prepared prepared) {}
