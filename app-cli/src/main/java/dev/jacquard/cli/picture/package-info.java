/** Images in the terminal, as PNG files, and read from picture files to be given to a network. */
package dev.jacquard.cli.picture;
