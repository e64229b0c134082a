/**
 * Whole networks: their JSON form, read from files that nobody vouches for, and their lowering to
 * graphs.
 */
package dev.jacquard.network;
