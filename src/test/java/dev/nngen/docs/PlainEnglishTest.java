package dev.nngen.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the worst words out: British spellings, private words, and what the style of the manual has better words for. */
class PlainEnglishTest {

  private static final String LIST = "src/test/resources/dev/nngen/docs/words-to-avoid.txt";
  private static final String MANUAL_ONLY = "== manual";

  /** Formulas, commands, and classes' names are not prose. */
  private static final Pattern CODE = Pattern.compile("```.*?```|`[^`\\n]*`", Pattern.DOTALL);
  private static final Pattern JAVA_PROSE = Pattern.compile("/\\*\\*?.*?\\*/|//[^\\n]*|\"(?:[^\"\\\\\\n]|\\\\.)*\"", Pattern.DOTALL);

  private record Word(Pattern pattern, String better) {

    static Word of(String line) {
      String[] parts = line.split("\t");
      return new Word(Pattern.compile(parts[0], Pattern.CASE_INSENSITIVE), parts[1]);
    }

    void findIn(String place, String prose, List<String> found) {
      Matcher matcher = pattern.matcher(prose);
      while (matcher.find()) {
        int line = (int) prose.substring(0, matcher.start()).chars().filter(c -> c == '\n').count() + 1;
        found.add(place + ":" + line + ": " + matcher.group() + " (better: " + better + ")");
      }
    }
  }

  private static List<Word> words(boolean ofManual) throws IOException {
    String text = Files.readString(Path.of(LIST));
    String part = ofManual ? text : text.substring(0, text.indexOf(MANUAL_ONLY));
    return part.lines().filter(line -> line.contains("\t")).map(Word::of).toList();
  }

  private static List<Path> below(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  /** The text with everything else blank, so that lines keep their numbers. */
  private static String only(Pattern kept, String text) {
    StringBuilder prose = new StringBuilder(text.replaceAll("[^\\n]", " "));
    Matcher matcher = kept.matcher(text);
    while (matcher.find()) {
      prose.replace(matcher.start(), matcher.end(), matcher.group());
    }
    return prose.toString();
  }

  private static String without(Pattern dropped, String text) {
    return dropped.matcher(text).replaceAll(match -> match.group().replaceAll("[^\\n]", " "));
  }

  @Test
  void manual() throws IOException {
    List<Path> files = new ArrayList<>(below("docs", ".md"));
    Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md").map(Path::of).forEach(files::add);
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      String prose = file.endsWith("commands.md") ? Files.readString(file) : without(CODE, Files.readString(file));
      words(true).forEach(word -> word.findIn(file.toString(), prose, found));
    }
    assertEquals(List.of(), found);
  }

  @Test
  void commentsAndMessages() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : below("src/main/java", ".java")) {
      String prose = only(JAVA_PROSE, Files.readString(file));
      words(false).forEach(word -> word.findIn(file.toString(), prose, found));
    }
    for (String ending : List.of(".txt", ".nn", ".rules")) {
      for (Path file : below("src/main/resources", ending)) {
        String prose = Files.readString(file);
        words(false).forEach(word -> word.findIn(file.toString(), prose, found));
      }
    }
    assertEquals(List.of(), found);
  }
}
