package dev.jacquard.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class XmlTest {
  @Test
  void whatMeansSomethingInMarkupIsEscaped() {
    assertEquals("&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;", Xml.escaped("<b> & \"c\" 'd'"));
  }

  @Test
  void whatXmlCannotHoldIsReplaced() {
    assertEquals(
        "a\uFFFDb\uFFFDc\uFFFD \uD83D\uDE00", Xml.escaped("a\u0000b\uD800c\uFFFF \uD83D\uDE00"));
  }

  @Test
  void coordinatesAreShort() {
    assertEquals("3", Xml.number(3));
    assertEquals("-0.5", Xml.number(-0.5));
    assertEquals("0.33", Xml.number(1 / 3.0));
    assertEquals("120", Xml.number(119.999));
  }

  @Test
  void aDrawingIsAFileOfItsOwn() {
    Drawing drawing = new Drawing(10, 20, "a \"b\" <c>", "<g/>");
    var root = Texts.xml(drawing.file()).getDocumentElement();
    assertEquals("http://www.w3.org/2000/svg", root.getAttribute("xmlns"));
    assertEquals("0 0 42 52", root.getAttribute("viewBox"));
    assertEquals("a \"b\" <c>", root.getElementsByTagName("title").item(0).getTextContent());
    assertEquals(
        "a \"b\" <c>",
        Texts.xml(drawing.element()).getDocumentElement().getAttribute("aria-label"));
  }
}
