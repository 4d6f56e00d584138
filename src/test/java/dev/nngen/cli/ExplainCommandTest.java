package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {

  private static final String SAMPLE = "generated-samples/backpropagation/a-columns.nn";

  @TempDir
  private Path folder;

  @Test
  void printsTheDerivation() {
    Command command = Command.run("explain", SAMPLE, "--ascii", "--of", "Z2");
    assertEquals("", command.err());
    assertEquals(0, command.status());
    assertTrue(command.out().contains("delta2 = dJ/dZ2"), command.out());
    assertTrue(command.out().contains("= (1/m) * (A2 - Y)"), command.out());
  }

  @ParameterizedTest
  @CsvSource({"text, model TwoLayers", "markdown, # TwoLayers", "latex, \\section*{TwoLayers", "html, <!DOCTYPE html>",
      "json, {", "svg, <?xml"})
  void writesEveryFormat(String format, String start) throws IOException {
    Path file = folder.resolve("out");
    assertEquals(new Command(0, "", ""), Command.run("explain", SAMPLE, "--format", format, "-o", file));
    assertTrue(Files.readString(file).startsWith(start));
    assertEquals(List.of("out"), List.of(folder.toFile().list()));
  }

  @Test
  void suggestsTheNearestName() {
    Command command = Command.run("explain", SAMPLE, "--wrt", "w1");
    assertEquals(2, command.status());
    assertTrue(command.err().startsWith("no gradient for 'w1'; did you mean W1?"), command.err());
  }

  @Test
  void tellsRulesInWords() {
    Command command = Command.run("explain", "--rule", "cancel");
    assertEquals(0, command.status());
    assertTrue(command.out().contains("is nonzero"), command.out());
    assertTrue(Command.run("explain", "--rule", "magic").err().startsWith("there is no rule 'magic'; there are"));
    assertTrue(Command.run("explain", "--rule", "softpluss").err().startsWith("there is no rule 'softpluss'; did you mean softplus?"));
  }

  @Test
  void tellsRewritesWithConditionThemeAndExample() {
    String text = Command.run("explain", "--rule", "log-of-product").out();
    assertTrue(text.startsWith("log-of-product: log(u .* v) => log(u) + log(v)\n  It applies if u > 0 and v > 0."), text);
    assertTrue(text.contains("Logarithms are accurate") && text.contains("Example: log("), text);
    assertTrue(Command.run("explain", "--rule").out().contains("softplus"));
  }

  @Test
  void aModelWithoutALossHasNothingToExplain() throws IOException {
    Path file = Files.writeString(folder.resolve("m.nn"), "model M { input X[3]; P = tanh(X); }\n");
    Command command = Command.run("explain", file);
    assertEquals(1, command.status());
    assertTrue(command.err().contains("M has no loss"), command.err());
  }

  @Test
  void aFaultyModelWritesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("m.nn"), "model M { input X[3]; P = tanh(Q); minimize J = mean(P); }\n");
    Path output = folder.resolve("out");
    assertEquals(1, Command.run("explain", file, "-o", output).status());
    assertFalse(Files.exists(output));
  }
}
