/** What the user sees: streams, tables, JSON, and numbers as people read them. */
package dev.jacquard.cli.console;
