package dev.jacquard.opencl.binding;

import dev.jacquard.error.JacquardException;

/** OpenCL cannot be called at all on this machine. */
public final class BindingException extends JacquardException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;

  /**
   * A failure.
   *
   * @param problem what is missing or broken
   * @param remedy what the user can do
   */
  public BindingException(String problem, String remedy, Throwable cause) {
    super(problem + ": " + remedy, cause);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** What is missing or broken. */
  public String problem() {
    return problem;
  }

  /** What the user can do. */
  public String remedy() {
    return remedy;
  }
}
