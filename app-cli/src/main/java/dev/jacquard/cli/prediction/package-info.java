/** What is classified, and how the outcome is shown. */
package dev.jacquard.cli.prediction;
