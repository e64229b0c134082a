/** The conformance suite for backends. JUnit is needed only by those who run it as JUnit tests. */
module dev.jacquard.tck {
  requires transitive dev.jacquard.api;
  requires static org.junit.jupiter.api;

  exports dev.jacquard.tck;
}
