/** How fast a device trains and classifies, and where the time goes. */
package dev.jacquard.cli.bench;
