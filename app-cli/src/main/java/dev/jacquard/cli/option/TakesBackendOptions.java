package dev.jacquard.cli.option;

/** A command that passes options on to backends. */
public interface TakesBackendOptions {
  /** Where the options that backends declare are collected. */
  BackendArguments backendArguments();
}
