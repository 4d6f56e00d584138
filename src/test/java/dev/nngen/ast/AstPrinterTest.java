package dev.nngen.ast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AstPrinterTest {

  private static SourceFile parse(String text) {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("printed.nn", text), diagnostics);
    assertTrue(diagnostics.isEmpty(), () -> text + "\n" + diagnostics.sorted());
    return file;
  }

  private static Expr expression(String text) {
    Item.FunctionItem function = (Item.FunctionItem) parse("fn f() = " + text + ";").items().get(0);
    return function.body();
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> library = Files.walk(Path.of("src/main/resources"));
        Stream<Path> samples = Files.walk(Path.of("generated-samples"))) {
      return Stream.concat(library, samples).filter(path -> path.toString().endsWith(".nn")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void printsFilesThatReadBackAsTheSameTree(Path path) throws IOException {
    SourceFile file = parse(Files.readString(path));
    assertEquals(Spanless.of(file), Spanless.of(parse(AstPrinter.print(file))));
  }

  @Test
  void printsEveryKindOfStatement() {
    String text = """
        import "other.nn";
        size h = 8;
        samples rows;
        precision f32;
        fn f(x, y = 1) domain x in (0, inf), y in [-inf, 2 * h] = x;
        loss l(p, y) = -y * log(p);
        init g(fanIn, fanOut) = uniform(sqrt(6 / (fanIn + fanOut)));
        layer d(X, units, f = identity) {
          param W[units, rows(X)] = g;
          return f(W * X);
        }
        optimizer sgd(rate) {
          state a = 0, b = 1;
          w = w - rate * g;
        }
        model M {
          size k = 3;
          input X[4, h] where X in [0, 1), colsum(X) == 1;
          input Z;
          target Y[2];
          param s;
          state mean[4] = 0, count = 1;
          update mean = 0.9 * mean + 0.1 * rowsum(X);
          update count = count + 1;
          noise U[shape(X)] = bernoulli(0.9);
          minimize J = mean(d(X, 2) |> relu);
          output P;
          train sgd(rate = 0.1);
          prove (a < b) == (X |> f);
        }
        """;
    assertEquals(text.replace("\n", ""), AstPrinter.print(parse(text)).replace("\n", ""));
  }

  @Test
  void printsRandomExpressionsThatReadBackAsTheSameTree() {
    for (int seed = 0; seed < 3000; seed++) {
      Expr drawn = new RandomExpr(seed).next(1 + seed % 5);
      assertEquals(Spanless.of(drawn), Spanless.of(expression(AstPrinter.print(drawn))), AstPrinter.print(drawn));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "((a + b)) + c; a + b + c", "a + (b + c); a + (b + c)", "-(a^2); -a^2", "(-a)^2; (-a)^2", "(a^b)^c; a^b^c",
      "a^(b^c); a^(b^c)", "a^(-b); a^-b", "(a * b)'; (a * b)'", "(a)'; a'", "a - (-b); a - -b", "(x |> f) |> g(1); x |> f |> g(1)",
      "(a < b) < c; (a < b) < c", "1 ./ (2.*x); 1 ./ (2 .* x)"})
  void usesNoMoreParenthesesThanNeeded(String text, String printed) {
    assertEquals(printed, AstPrinter.print(expression(text)));
  }
}
