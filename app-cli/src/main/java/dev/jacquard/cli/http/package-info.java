/**
 * A server for this machine's own browser: the loopback address only, with the checks and limits
 * that such a server needs. It knows nothing of what is served.
 */
package dev.jacquard.cli.http;
