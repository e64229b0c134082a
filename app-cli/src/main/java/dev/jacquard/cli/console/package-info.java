/** What the user sees: streams, tables, JSON, numbers as people read them, and what Ctrl-C does. */
package dev.jacquard.cli.console;
