package dev.nngen.parse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads {@code habits.txt}, the table of spellings from elsewhere. A block is a habit, a line a key and its value:
 *
 * <pre>
 * sign       characters that are replaced literally, several separated by blanks
 * text       the same as a regular expression
 * name       names that the language does not have, separated by blanks
 * call       the same as a regular expression, which matches the name and what belongs to it
 * parameter  names of parameters that a function does not have
 * message    what is wrong (for sign and text)
 * write      the replacement; $1 is a group of the expression
 * exchange   characters of the replacement, and what they become
 * help       what to write if no corrected statement can be shown
 * wrong      an example; {} is each of the names in turn
 * right      the corrected example
 * </pre>
 */
final class ForeignSpellingTable {

  private static final String RESOURCE = "/dev/nngen/parse/habits.txt";
  private static List<ForeignSpelling> habits;

  private ForeignSpellingTable() {}

  /** Returns all habits, the more special ones first, as in the table. The table is read at the first error. */
  static synchronized List<ForeignSpelling> habits() {
    if (habits == null) {
      habits = Arrays.stream(text().split("\n(?:\\s*\n)+")).map(ForeignSpellingTable::lines).filter(l -> !l.isEmpty()).map(ForeignSpellingTable::habit).toList();
    }
    return habits;
  }

  private static String text() {
    try (InputStream in = ForeignSpellingTable.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static List<String[]> lines(String block) {
    return block.lines().filter(line -> !line.startsWith("//") && !line.isBlank()).map(line -> line.strip().split("\\s+", 2)).toList();
  }

  private static ForeignSpelling habit(List<String[]> lines) {
    String key = lines.get(0)[0];
    String value = lines.get(0)[1];
    String[] exchange = one("exchange", lines).orElse(" ").split(" ", 2);
    return new ForeignSpelling(kind(key), pattern(key, value), one("message", lines).orElse(""), one("write", lines),
        exchange.length < 2 ? "" : exchange[0], exchange.length < 2 ? "" : exchange[1], one("help", lines).orElse(""),
        examples(lines, value));
  }

  private static ForeignSpelling.Kind kind(String key) {
    return switch (key) {
      case "sign", "text" -> ForeignSpelling.Kind.TEXT;
      case "name", "call" -> ForeignSpelling.Kind.NAME;
      case "parameter" -> ForeignSpelling.Kind.PARAMETER;
      default -> throw new IllegalStateException("a habit begins with " + key);
    };
  }

  private static Pattern pattern(String key, String value) {
    String words = Arrays.stream(value.split(" ")).map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    return Pattern.compile(switch (key) {
      case "sign" -> words;
      case "name", "parameter" -> "(?<![\\w.])" + words + "(?!\\w)";
      default -> value;
    });
  }

  private static Optional<String> one(String key, List<String[]> lines) {
    return lines.stream().filter(line -> line[0].equals(key)).map(line -> line.length < 2 ? "" : line[1]).findFirst();
  }

  private static List<ForeignSpelling.Example> examples(List<String[]> lines, String value) {
    List<ForeignSpelling.Example> examples = new ArrayList<>();
    for (int k = 0; k < lines.size(); k++) {
      if (lines.get(k)[0].equals("wrong")) {
        boolean answered = k + 1 < lines.size() && lines.get(k + 1)[0].equals("right");
        String right = answered ? lines.get(k + 1)[1] : "";
        String wrong = lines.get(k)[1];
        List<String> words = wrong.contains("{}") ? List.of(value.split(" ")) : List.of("");
        words.forEach(word -> examples.add(new ForeignSpelling.Example(wrong.replace("{}", word), right)));
      }
    }
    return examples;
  }
}
