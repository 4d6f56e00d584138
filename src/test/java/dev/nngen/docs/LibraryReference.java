package dev.nngen.docs;

import dev.nngen.samples.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One file of the library: what its comments say and its definitions are. */
record LibraryReference(String name, String comment, List<Entry> entries) {

  static final String INTRODUCTION = """
      Every definition is text of the language, in `src/main/resources/dev/nngen/library`; models may define their own beside it, in
      the same words. The compiler knows none of these names. Slopes are what it derives, and curves are drawn from them: the function
      is solid, its slope dashed. Losses are drawn over the prediction, for each of the targets named. In a slope, `Z` is the argument and
      `A` the function's value, `P` a prediction and `Y` its target; parameters have their defaults.
      """;

  private static final Path LIBRARY = Path.of("src/main/resources/dev/nngen/library");
  private static final Pattern DEFINITION = Pattern.compile("((?://[^\\n]*\\n)*)((fn|loss|layer|init|optimizer) (\\w+)\\(([^\\n]*?)\\)(?: [^\\n]*)?(?:;|\\{\\n(?:[^}\\n][^\\n]*\\n)*\\}))");

  /**
   * A definition.
   *
   * @param curve of activations and losses
   */
  record Entry(String kind, String name, String parameters, String comment, String definition, Optional<Curve> curve) {

    String image() {
      return "images/" + name + ".svg";
    }

    String section() {
      String text = "### " + name + "\n\n" + (comment.isEmpty() ? "" : comment + "\n\n") + "```nn\n" + definition + "\n```\n";
      return text + curve.map(drawn -> "\nDerivative: `" + drawn.slope() + "`\n\n![" + name + " and its derivative](" + image() + ")\n").orElse("");
    }
  }

  String section() {
    return "## " + name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1) + "\n\n" + comment + "\n\n"
        + entries.stream().map(entry -> "[`" + entry.name + "`](#" + entry.name + ")").collect(Collectors.joining(" ")) + "\n";
  }

  static List<LibraryReference> files() {
    return Texts.read(LIBRARY.resolve("index.txt")).lines().map(LibraryReference::read).toList();
  }

  private static LibraryReference read(String file) {
    String text = Texts.read(LIBRARY.resolve(file));
    String comment = prose(text.substring(0, text.indexOf("\n\n") < 0 ? 0 : firstLineWithoutComment(text)));
    List<Entry> entries = new ArrayList<>();
    Matcher definitions = DEFINITION.matcher(text);
    while (definitions.find()) {
      String kind = definitions.group(3);
      String name = definitions.group(4);
      String parameters = definitions.group(5);
      entries.add(new Entry(kind, name, parameters, prose(definitions.group(1)), definitions.group(2), Curve.of(file, kind, name)));
    }
    return new LibraryReference(file.replace(".nn", ""), comment, entries);
  }

  private static int firstLineWithoutComment(String text) {
    Matcher code = Pattern.compile("^(?!//)", Pattern.MULTILINE).matcher(text);
    return code.find() ? code.start() : text.length();
  }

  private static String prose(String comments) {
    return comments.lines().map(line -> line.replaceFirst("^// ?", "")).collect(Collectors.joining(" ")).strip();
  }
}
