/** What a training leaves behind: the run folder, its settings, metrics and model. */
package dev.jacquard.cli.run;
