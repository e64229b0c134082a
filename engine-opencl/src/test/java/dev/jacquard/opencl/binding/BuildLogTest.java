package dev.jacquard.opencl.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class BuildLogTest {
  private static final String SOURCE = "int a;\n  int b = c;\nint d;\n";
  private static final String LINE = System.lineSeparator() + "line 2: int b = c;";

  @Test
  void addsTheLineThatALogNames() {
    String clang = "<kernel>:1:3: warning: w\n<kernel>:2:11: error: no c\n<kernel>:3:1: error: d\n";
    assertEquals(clang.strip() + LINE, new BuildLog(clang, SOURCE).text());
    String pocl = "error: /tmp/a:b.cl:2:11: no c";
    assertEquals(pocl + LINE, new BuildLog(pocl, SOURCE).text());
  }

  /** Sources are put together of files, whose lines the compiler counts. */
  @Test
  void findsTheLineInTheFileThatALogNames() {
    String source =
        """
        #line 1 "a.cl"
        // a
        #line 1 "b.cl"
        // b
        int b = c;
        #line 3 "a.cl"
        int d = e;
        """;
    assertLine("a.cl:3:9: error: no e", "line 3: int d = e;", source);
    assertLine("error: /tmp/b.cl:2:9: no c", "line 2: int b = c;", source);
    assertLine("b.cl:1:1: error: a comment", "line 1: // b", source);
    assertEquals("b.cl:9:1: error", new BuildLog("b.cl:9:1: error", source).text());
    assertEquals("c.cl:1:1: error", new BuildLog("c.cl:1:1: error", source).text());
  }

  /** {@code rows.cl} is included in {@code conv2d_forward_rows.cl}. */
  @Test
  void aFileWhoseNameEndsLikeAnothersIsNotTheOther() {
    String source =
        """
        #line 1 "rows.cl"
        int a;
        #line 1 "conv_rows.cl"
        int b;
        """;
    assertLine("conv_rows.cl:1:5: error: no", "line 1: int b;", source);
    assertLine("/tmp/rows.cl:1:5: error: no", "line 1: int a;", source);
    assertLine("\\tmp\\conv_rows.cl:1:5: error: no", "line 1: int b;", source);
  }

  private static void assertLine(String log, String line, String source) {
    assertEquals(log + System.lineSeparator() + line, new BuildLog(log, source).text());
  }

  @Test
  void addsNothingThatALogShows() {
    String clang = "<kernel>:2:11: error: no c\n  int b = c;\n          ^";
    assertEquals(clang, new BuildLog(clang, SOURCE).text());
  }

  @Test
  void addsNothingToALogWithoutALineOfTheSource() {
    assertEquals("error: -x is unknown", new BuildLog("error: -x is unknown", SOURCE).text());
    assertEquals("a:0:1: error", new BuildLog("a:0:1: error", SOURCE).text());
    assertEquals("a:4:1: error", new BuildLog("a:4:1: error", SOURCE).text());
    assertEquals("a:1:1: error", new BuildLog("a:1:1: error", "").text());
    assertEquals("the compiler gives no reason", new BuildLog(" \n", SOURCE).text());
  }
}
