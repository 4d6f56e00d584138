package dev.nngen.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.cli.Commands;
import dev.nngen.diag.CodePage;
import dev.nngen.diag.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The references of the manual follow from what they describe. {@code mvn test -Dtest=ReferencesTest -Dnngen.bless=true} writes
 * them afresh.
 */
class ReferencesTest {

  private static final Path DOCS = Path.of("docs");
  private static final String NOTE = "<!-- Written by ReferencesTest; -Dnngen.bless=true rewrites it. -->\n\n";

  private static void check(String file, String text) throws IOException {
    Path path = DOCS.resolve(file);
    if (Boolean.getBoolean("nngen.bless")) {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    }
    assertTrue(Files.exists(path), () -> path + " is missing; -Dnngen.bless=true writes it");
    assertEquals(sorted(Files.readString(path)), sorted(text), () -> path + ": -Dnngen.bless=true rewrites it");
  }

  /** The lines in an order of their own: options that methods take are listed as the virtual machine finds the methods, which is any order. */
  private static String sorted(String text) {
    return text.lines().sorted().collect(Collectors.joining("\n"));
  }

  @Test
  void commands() throws IOException {
    StringBuilder text = new StringBuilder("# Commands\n\n" + NOTE);
    Map<String, String> help = new LinkedHashMap<>(Commands.help());
    help.keySet().forEach(name -> text.append("[`").append(name).append("`](#").append(name.replace(' ', '-')).append(") "));
    text.append("\n\n`nngen` is `./nngen` in the source tree and `bin/nngen` in a release. Results go to standard output, everything else to standard "
        + "error. The exit status is 0 for success, 1 for an error in the model or the data, and 2 for wrong usage.\n");
    help.forEach((name, usage) -> text.append("\n## ").append(name).append("\n\n```text\n").append(usage.stripTrailing()).append("\n```\n"));
    check("commands.md", text.toString());
  }

  @Test
  void errors() throws IOException {
    StringBuilder text = new StringBuilder("# Errors and warnings\n\n" + NOTE
        + "`nngen explain E120` prints the page of a code. Codes never change their meaning.\n\n| code | |\n| --- | --- |\n");
    for (ErrorCode code : ErrorCode.values()) {
      text.append("| [").append(code.code).append("](#").append(code.code.toLowerCase(java.util.Locale.ROOT)).append(") | ").append(code.title).append(" |\n");
    }
    Arrays.stream(ErrorCode.values()).map(CodePage::of).flatMap(java.util.Optional::stream).forEach(page -> text.append(section(page)));
    check("errors.md", text.toString());
  }

  private static String section(CodePage page) {
    String language = page.models() ? "nn" : "text";
    return "\n## " + page.code().code + "\n\n*" + page.code().severity().word + ": " + page.code().title + ".* " + page.cause() + "\n\nWrong:\n\n```" + language + "\n"
        + page.wrong() + "\n```\n\nRight:\n\n```" + language + "\n" + page.right() + "\n```\n\n" + page.cure() + "\n";
  }

  @Test
  void library() throws IOException {
    StringBuilder text = new StringBuilder("# The library\n\n" + NOTE + LibraryReference.INTRODUCTION);
    for (LibraryReference file : LibraryReference.files()) {
      text.append("\n").append(file.section());
      for (LibraryReference.Entry entry : file.entries()) {
        text.append("\n").append(entry.section());
        if (entry.curve().isPresent()) {
          check(entry.image(), entry.curve().get().svg());
        }
      }
    }
    check("library.md", text.toString());
  }
}
