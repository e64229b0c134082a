/** The command {@code jacquard}: where it starts, its subcommands, and how failures are told. */
package dev.jacquard.cli;
