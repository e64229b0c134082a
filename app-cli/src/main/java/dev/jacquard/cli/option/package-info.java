/** Options that several subcommands share, and what they stand for. */
package dev.jacquard.cli.option;
