package dev.nngen.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.Spanless;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexemes;
import dev.nngen.parse.NnParser;
import dev.nngen.random.RandomTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Formatting keeps words, comments and meaning, and a formatted text stays as it is. */
class FormatterTest {

  private static final List<String> SPACES = List.of(" ", "", "\n", "\t", "  ", "\n\n\n", "\r\n", " // a note\n", " /* two\n   lines */ ", "/* x */", "\n/* a\n * b\n */\n");

  private static String formatted(String text) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<String> formatted = Formatter.format(new Source("a.nn", text), diagnostics);
    assertEquals(List.of(), diagnostics.sorted());
    return formatted.orElseThrow();
  }

  private static String tree(String text) {
    Diagnostics diagnostics = new Diagnostics();
    String tree = Spanless.of(NnParser.parse(new Source("a.nn", text), diagnostics));
    assertEquals(List.of(), diagnostics.sorted(), text);
    return tree;
  }

  /** Words and comments in order, without the space inside of comments. */
  private static List<String> words(String text) {
    return Lexemes.of(new Source("a.nn", text), new Diagnostics()).stream().map(Lexeme::text).map(word -> word.replaceAll("\\s+", " ").strip()).toList();
  }

  private static void check(String text) {
    String once = formatted(text);
    assertEquals(tree(text), tree(once), once);
    assertEquals(words(text), words(once), once);
    assertEquals(once, formatted(once), text);
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String folder : List.of("generated-samples", "src/main/resources/dev/nngen/library", "src/main/resources/dev/nngen/serve", "src/bench", "src/test/resources/dev/nngen/model/sound")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".nn")).sorted().toList()) {
          texts.add(Files.readString(file));
        }
      }
    }
    for (int seed = 0; seed < 15; seed++) {
      texts.add(RandomTexts.next(seed));
    }
    return texts;
  }

  @Test
  void keepsWordsCommentsAndMeaningOfAllTexts() throws IOException {
    List<String> texts = texts();
    assertTrue(texts.size() > 60);
    texts.forEach(FormatterTest::check);
  }

  /** White space and comments may be anywhere between two words. */
  @Test
  void keepsThemWhateverTheSpaceBetween() throws IOException {
    Random random = new Random(3);
    for (String text : texts()) {
      StringBuilder mixed = new StringBuilder();
      for (Lexeme lexeme : Lexemes.of(new Source("a.nn", text), new Diagnostics())) {
        String space = SPACES.get(random.nextInt(4) > 0 ? 0 : random.nextInt(SPACES.size()));
        // Words need something between them, and so do a slash and a comment; a comment would make a function of a reduction's word.
        boolean apart = lexeme.role() == Lexeme.Role.COMMENT || space.isEmpty() || mixed.toString().endsWith("/");
        mixed.append(apart || lexeme.text().equals("[") && space.contains("/") ? "\n" : space).append(lexeme.text());
        mixed.append(lexeme.isLineComment() ? "\n" : "");
      }
      check(mixed.toString());
    }
  }

  @Test
  void theLibraryIsFormatted() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/dev/nngen/library"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".nn")).toList()) {
        assertEquals(Files.readString(file), formatted(Files.readString(file)), file.toString());
      }
    }
  }

  @Test
  void writesOneLayout() {
    assertEquals("""
        size h = 4;

        // A net.
        model M {  // of two layers
          input X[2, h] where X in [0, 1], X[0] == -1;
          target Y[1];
          A = X * W' + b^-2 .* -(X' + 1 / m);  // first
          Z[o] = sum[c, k: 3 : c < k] K[o, c]  // second
              * X[2*c + k]^(1/2);
          S = Z[:, end] |> dense(3, f = tanh);
          over t { start H = 0; H = f(prev(H)); }
          /*
           * A note
           */
          minimize J = mean(S);
        }
        fn f(z, k = 2) domain k in (0, 10] = z;
        """, formatted("""


        size   h=4 ;


        // A net.
        model M{// of two layers
        input X [2,h] where X in[0,1],X[0]==-1;
        target Y[1];
            A=X*W '+b ^ - 2.*- ( X'+1/m ); // first
          Z[o]=sum [c,k:3:c<k]K[o,c]// second
          *X[2 * c+k] ^ (1 / 2);
          S = Z[ : ,end]|>dense (3,f=tanh);
          over t{start H=0;H=f(prev(H));}
          /*
        * A note
              */
          minimize J=mean(S);

        }fn f(z,k=2)domain k in(0,10]=z;
        """));
  }

  @Test
  void statementsOnOneLineFormColumns() {
    assertEquals("""
        model M {
          param W1[4, 5] = glorot;  param b1[4] = 0;  // first
          param W2[2, 40] = he;     param b2[2] = 1;
          B = 2;         C = 3;  D = 4;
          LongName = 1;  E = 2;
          A = 1;
          B = 3;  C = 4;
        }
        """, formatted("""
        model M {
          param W1[4,5]=glorot; param b1[4]=0; // first
          param W2[2,40]=he; param b2[2]=1;
          B=2; C=3; D=4;
          LongName=1; E=2;
          A=1;
          B=3; C=4;
        }
        """));
  }

  @Test
  void breaksModelsAndLongBlocks() {
    assertEquals("model M {\n  a = 1;\n  b = 2;\n}\n", formatted("model M { a = 1; b = 2; }"));
    assertEquals("layer l(X) { return X; }\n", formatted("layer l(X){return X;}"));
    String statement = "accumulated = accumulated + accumulated";
    assertEquals("layer l(X) {\n  " + statement + ";\n  " + statement + ";\n  return X;\n}\n",
        formatted("layer l(X) {" + statement + ";" + statement + "; return X;}"));
  }

  @Test
  void keepsLineBreaksOfWindowsAndLeavesFaultyTextsAlone() {
    assertEquals("size h = 1;\r\nmodel M {\r\n}\r\n", formatted("size h=1;\r\nmodel M {\r\n}"));
    Diagnostics diagnostics = new Diagnostics();
    assertEquals(Optional.empty(), Formatter.format(new Source("a.nn", "model M { a = ; b = (1; }"), diagnostics));
    assertTrue(diagnostics.hasErrors());
    assertEquals("", formatted("  \n"));
    assertEquals("// only\n", formatted("  // only"));
  }
}
