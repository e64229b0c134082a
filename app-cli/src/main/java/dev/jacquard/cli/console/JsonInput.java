package dev.jacquard.cli.console;

import dev.jacquard.checkpoint.BoundedFile;
import dev.jacquard.error.Excerpt;
import dev.jacquard.error.IoReason;
import dev.jacquard.error.JacquardException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON files that are read. Of a bad one it says where it is bad; the words of the library are for
 * its callers, not for our users.
 */
public final class JsonInput {
  private static final int MOST_BYTES = 64 << 20;

  private JsonInput() {}

  /**
   * Reads one.
   *
   * @param expected what is in it
   * @param remedy what to do if it is not there or no JSON
   * @throws JacquardException if it is not there, cannot be read or is no JSON
   */
  public static JsonNode read(Path file, String expected, String remedy) {
    try {
      String text =
          BoundedFile.text(file, MOST_BYTES)
              .orElseThrow(
                  () ->
                      new JacquardException(
                          file
                              + ": expected "
                              + expected
                              + ", received more than "
                              + MOST_BYTES
                              + " bytes; "
                              + remedy));
      // As in a network's file, a mark of the encoding may be ignored.
      String json = text.startsWith("\uFEFF") ? text.substring(1) : text;
      JsonNode document = JsonMapper.shared().readTree(json);
      if (document.isMissingNode()) {
        throw new JacquardException(
            file + ": expected " + expected + ", received an empty file; " + remedy);
      }
      return document;
    } catch (NoSuchFileException e) {
      throw new JacquardException(file + " is not there; " + remedy, e);
    } catch (CharacterCodingException e) {
      throw new JacquardException(
          file + ": expected " + expected + ", received bytes that are no text; " + remedy, e);
    } catch (IOException e) {
      throw new JacquardException(file + ": cannot be read: " + IoReason.of(e), e);
    } catch (JacksonException e) {
      throw new JacquardException(
          file
              + place(e.getLocation())
              + ": expected "
              + expected
              + ", "
              + fault(e)
              + "; "
              + remedy,
          e);
    }
  }

  private static String place(TokenStreamLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : ": line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static String fault(JacksonException e) {
    return e instanceof UnexpectedEndOfInputException
        ? "but the text ends in the middle of a value"
        : "received what is no JSON";
  }

  /** What was received instead of a value, short enough for a line. */
  public static String received(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    if (node.isContainer()) {
      return node.isArray() ? "a list" : "an object";
    }
    return Excerpt.of(node.toString());
  }
}
