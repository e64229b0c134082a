/**
 * The contract between the engine and its backends. A {@link dev.jacquard.backend.BackendProvider}
 * opens a {@link dev.jacquard.backend.Device}, which gives a {@link dev.jacquard.backend.Session}
 * for a graph, which compiles a {@link dev.jacquard.backend.Trainer} and {@link
 * dev.jacquard.backend.Predictor}s.
 */
package dev.jacquard.backend;
