/** Images in the terminal and as PNG files. */
package dev.jacquard.cli.picture;
