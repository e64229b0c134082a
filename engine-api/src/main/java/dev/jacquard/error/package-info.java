/** The one exception that carries a line for the user, and words for what such lines say. */
package dev.jacquard.error;
