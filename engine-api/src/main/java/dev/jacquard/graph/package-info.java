/**
 * What backends understand: ops, graphs of them, their parameters, and the rules that update
 * parameters.
 */
package dev.jacquard.graph;
