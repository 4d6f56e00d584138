package dev.nngen.ide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.format.Formatter;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexemes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** After any deletion or insertion, every question has an answer, and formatting keeps the text. */
@Slow
class IdeFuzzTest {

  private static final List<String> PIECES = List.of(";", "{", "}", "(", ")", "[", "]", "'", "\"", "=", ":", ",", "|>", ".*", "^", "-", "in ", "fn f(", "model M {",
      "where", "/*", "*/", "//", "\n", "\r\n", "@", "1", "x", "sum[k", "repeat 2 {", "over t {", "import \"a\";", "\uD83D\uDE00", "\uD83D", "grad(J, ");

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String folder : List.of("generated-samples", "src/main/resources/dev/nngen/library", "src/main/resources/dev/nngen/serve")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".nn")).sorted().toList()) {
          texts.add(Files.readString(file));
        }
      }
    }
    return texts;
  }

  private static String mutated(String text, Random random) {
    StringBuilder changed = new StringBuilder(text);
    for (int k = random.nextInt(4); k > 0; k--) {
      int at = random.nextInt(changed.length() + 1);
      if (random.nextBoolean()) {
        changed.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      } else {
        changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(12)));
      }
    }
    return changed.toString();
  }

  private static List<String> words(String text) {
    return Lexemes.of(new Source("a.nn", text), new Diagnostics()).stream().map(Lexeme::text).map(word -> word.replaceAll("\\s+", " ").strip()).toList();
  }

  @Test
  void everyQuestionHasAnAnswer() throws IOException {
    List<String> texts = texts();
    Random random = new Random(11);
    int faulty = 0;
    for (int k = 0; k < 400; k++) {
      String text = mutated(texts.get(random.nextInt(texts.size())), random);
      Analysis analysis = new Analysis(new Source("a.nn", text), SourceLoader.NONE);
      faulty += analysis.syntaxFaults() > 0 ? 1 : 0;
      Symbols.of(analysis);
      for (int q = 0; q < 8; q++) {
        int offset = random.nextInt(text.length() + 1);
        Hover.quick(analysis, offset);
        Definitions.find(analysis, SourceLoader.NONE, offset);
        Completion.at(analysis, offset);
        Completion.call(analysis, offset);
      }
      formats(text);
    }
    assertTrue(faulty > 100, faulty + " texts have faults of syntax");
  }

  private static void formats(String text) {
    Formatter.format(new Source("a.nn", text), new Diagnostics()).ifPresent(formatted -> {
      assertEquals(words(text), words(formatted), formatted);
      assertEquals(formatted, Formatter.format(new Source("a.nn", formatted), new Diagnostics()).orElseThrow(), text);
    });
  }
}
