package dev.jacquard.reference;

/** The batch is the input's output already; its gradient stays there for who wants to see it. */
final class InputDefinition implements Definition {
  @Override
  public void forward(Place at) {
    // The pass starts with the batch in place.
  }

  @Override
  public void backward(Place at) {
    // Nothing lies before it.
  }
}
