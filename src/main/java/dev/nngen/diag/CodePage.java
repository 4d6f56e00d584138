package dev.nngen.diag;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The page of a diagnostic code, as {@code nngen explain E160} prints it.
 *
 * @param cause when and why it is reported
 * @param wrong an example that causes it
 * @param right the same example, corrected
 * @param models true if the examples are models, false for lines of data or of the command
 * @param cure what to do
 */
public record CodePage(ErrorCode code, String cause, String wrong, String right, boolean models, String cure) {

  private static final String RESOURCE = "/dev/nngen/diag/codes.txt";

  /** Returns the code of that name, ignoring case. */
  public static Optional<ErrorCode> code(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return Arrays.stream(ErrorCode.values()).filter(code -> code.code.equals(upper)).findFirst();
  }

  /** Returns the page of a code, empty if there is none. */
  public static Optional<CodePage> of(ErrorCode code) {
    return Arrays.stream(text().split("(?m)^== ")).filter(page -> page.startsWith(code.code + "\n")).findFirst()
        .map(page -> parse(code, page.substring(page.indexOf('\n') + 1)));
  }

  private static CodePage parse(ErrorCode code, String page) {
    String[] parts = page.split("(?m)^--- .*\n");
    boolean models = !page.contains("--- wrong command\n");
    return new CodePage(code, parts[0].strip(), parts[1].strip(), parts[2].strip(), models, parts[3].strip());
  }

  private static String text() {
    try (InputStream in = CodePage.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Returns the page for a terminal. */
  public String text(String lineBreak) {
    String page = code.severity().word + "[" + code.code + "]: " + code.title + "\n\n" + wrapped(cause) + "\n\nWrong:\n\n"
        + indented(wrong) + "\n\nRight:\n\n" + indented(right) + "\n\nWhat to do: " + wrapped(cure) + "\n";
    return page.replace("\n", lineBreak);
  }

  private static String indented(String example) {
    return example.indent(4).stripTrailing();
  }

  /** Breaks lines between words at about 80 characters. */
  private static String wrapped(String text) {
    return text.replaceAll("(.{60,80}) ", "$1\n");
  }
}
