/** The subcommands, one class each. */
package dev.jacquard.cli.command;
