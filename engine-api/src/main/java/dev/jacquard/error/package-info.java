/** The one exception that carries a line for the user. */
package dev.jacquard.error;
