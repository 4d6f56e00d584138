package dev.nngen.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.antlr.NngenLexer;
import dev.nngen.parse.antlr.NngenParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.DiagnosticErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.atn.ATNConfigSet;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.dfa.DFA;
import org.antlr.v4.runtime.misc.Interval;
import org.junit.jupiter.api.Test;

@Slow
class ParserFuzzTest {

  private static final List<String> PIECES = List.of(";", "{", "}", "(", ")", "[", "]", "'", "\"", "=", "==", ",", "|>", ".*", "^", "-", "in",
      "fn ", "model ", "where", "/*", "*/", "//", "\n", "\r\n", "@", "1", "x", ".", "\u0000", "\uD83D\uDE00", "\uD83D", "\u202E", "import \"");

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> library = Files.walk(Path.of("src/main/resources"));
        Stream<Path> samples = Files.walk(Path.of("generated-samples"))) {
      for (Path path : Stream.concat(library, samples).filter(p -> p.toString().endsWith(".nn")).sorted().toList()) {
        texts.add(Files.readString(path));
      }
    }
    return texts;
  }

  /** After any deletion or insertion the parser answers, and the statements that it keeps are valid text. */
  @Test
  void neverThrowsAndKeepsOnlyWhatIsSound() throws IOException {
    List<String> texts = texts();
    Random random = new Random(7);
    for (int k = 0; k < 1500; k++) {
      String text = mutated(texts.get(random.nextInt(texts.size())), random);
      Diagnostics diagnostics = new Diagnostics();
      SourceFile file = NnParser.parse(new Source("fuzz.nn", text), diagnostics);
      assertEquals(diagnostics.isEmpty(), new DiagnosticRenderer(true).render(diagnostics).isEmpty());
      Diagnostics again = new Diagnostics();
      NnParser.parse(new Source("kept.nn", AstPrinter.print(file)), again);
      assertTrue(again.isEmpty(), () -> text + "\n-----\n" + AstPrinter.print(file) + again.sorted());
    }
  }

  private static String mutated(String text, Random random) {
    StringBuilder changed = new StringBuilder(text);
    for (int k = random.nextInt(4); k >= 0; k--) {
      int at = random.nextInt(changed.length() + 1);
      if (random.nextBoolean()) {
        changed.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      } else {
        changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(8)));
      }
    }
    return changed.toString();
  }

  @Test
  void theGrammarIsUnambiguous() throws IOException {
    List<String> reports = new ArrayList<>();
    for (String text : texts()) {
      NngenParser parser = new NngenParser(new CommonTokenStream(new NngenLexer(CharStreams.fromString(text))));
      parser.getInterpreter().setPredictionMode(PredictionMode.LL_EXACT_AMBIG_DETECTION);
      parser.removeErrorListeners();
      parser.addErrorListener(new DiagnosticErrorListener(true) {
        @Override
        public void syntaxError(Recognizer<?, ?> recognizer, Object token, int line, int column, String message,
            RecognitionException fault) {
          reports.add(message);
        }

        @Override
        public void reportAmbiguity(Parser recognizer, DFA dfa, int start, int stop, boolean exact, BitSet alternatives,
            ATNConfigSet configurations) {
          reports.add("ambiguous: " + recognizer.getTokenStream().getText(Interval.of(start, stop)));
        }
      });
      parser.file();
    }
    assertEquals(List.of(), reports);
  }
}
