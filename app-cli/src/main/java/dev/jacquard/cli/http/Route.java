package dev.jacquard.cli.http;

import java.util.function.Function;

/** How the requests for one address are answered. An answer may come from any thread. */
public sealed interface Route {

  /**
   * Answers GET and HEAD.
   *
   * @param answer makes the reply, or throws a {@link Refusal}
   */
  record Get(Function<Request, Reply> answer) implements Route {}

  /**
   * Answers POST.
   *
   * @param what is expected, for messages: {@code a picture}
   * @param mostBytes that a body may have
   * @param answer makes the reply, or throws a {@link Refusal}
   */
  record Upload(String what, int mostBytes, Function<Request, Reply> answer) implements Route {}
}
