/**
 * The page of {@code jacquard serve}: its files, prediction of pictures that are sent to it, and
 * the run folders, running ones too.
 */
package dev.jacquard.cli.serve;
