/** A training from the command line: its progress on the terminal, its interruption, its job. */
package dev.jacquard.cli.training;
