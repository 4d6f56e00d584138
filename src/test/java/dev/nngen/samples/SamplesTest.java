package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.codegen.JavaText;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.ExplainOptions;
import dev.nngen.explain.Format;
import dev.nngen.formula.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files beside the samples are exactly what today's compiler writes. After a change that is meant,
 * {@code mvn test -Dtest=SamplesTest -Dnngen.bless=true} writes them afresh.
 */
class SamplesTest {

  private static final boolean BLESS = Boolean.getBoolean("nngen.bless");

  static List<Path> withData() {
    return Texts.withData();
  }

  static List<Path> explained() {
    return Stream.concat(Texts.withData().stream(), Texts.in(Texts.EQUATIONS).stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("withData")
  void theClassIsTodays(Path model) throws IOException {
    JavaText text = Programs.generated(Texts.source(model));
    assertCurrent(model.resolveSibling(text.path()), text.text());
  }

  @ParameterizedTest
  @MethodSource("explained")
  void theDerivationIsTodays(Path model) throws IOException {
    CompiledModel compiled = Programs.compiled(Texts.source(model));
    Derivation derivation = compiled.deriver().derive(ExplainOptions.DEFAULT);
    assertCurrent(model.resolveSibling(model.getFileName().toString().replace(".nn", ".md")),
        Format.MARKDOWN.render(derivation, false, false));
  }

  @Slow
  @Test
  void theEquationsAreTodays() throws IOException {
    Path page = Texts.EQUATIONS.resolve("README.md");
    String text = Files.readString(page);
    int begin = text.indexOf(EquationTable.BEGIN) + EquationTable.BEGIN.length();
    assertCurrent(page, text.substring(0, begin) + new EquationTable().markdown() + text.substring(text.indexOf(EquationTable.END)));
  }

  /** One network from a unit and a sample to matrices of a batch, for lectures. */
  @Test
  void theLectureIsTodays() throws IOException {
    CompiledModel model = Programs.compiled(Texts.source(Texts.EQUATIONS.resolve("a-columns.nn")));
    StringBuilder page = new StringBuilder("# One network, four ways\n\nGenerated from [a-columns.nn](../backpropagation/a-columns.nn), as `nngen explain --form` writes it.\n");
    Map<Form, String> parts = new LinkedHashMap<>();
    parts.put(Form.UNIT, "Unit by unit, for one sample");
    parts.put(Form.SAMPLE, "Vectors of one sample");
    parts.put(Form.INDEX, "Entry by entry, for a batch");
    parts.put(Form.MATRIX, "Matrices of a batch");
    parts.forEach((form, title) -> {
      Derivation derivation = model.derivation().derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
      String text = Format.MARKDOWN.render(derivation, false, false).replaceFirst("# .*\\n", "# " + title + "\n");
      page.append('\n').append(text, 0, text.indexOf("## Costs")).append('\n');
    });
    Path folder = Files.createDirectories(Texts.SAMPLES.resolve("lecture"));
    assertCurrent(folder.resolve("README.md"), page.toString().replaceAll("(?m)^(#+ )", "#$1").replaceFirst("##", "#").replaceAll("\\n+$", "\n"));
  }

  private static void assertCurrent(Path file, String text) throws IOException {
    if (BLESS) {
      Files.writeString(file, text);
    }
    assertTrue(Files.exists(file), () -> file + " is missing; -Dnngen.bless=true writes it");
    assertEquals(text, Files.readString(file), () -> file + " is not what the compiler writes today; -Dnngen.bless=true rewrites it");
  }

  @Test
  void nothingElseLiesBesideTheModels() throws IOException {
    try (Stream<Path> files = Files.walk(Texts.SAMPLES)) {
      List<Path> strange = files.filter(Files::isRegularFile).filter(file -> !isKnown(file)).toList();
      assertEquals(List.of(), strange);
    }
  }

  /** A README, a model, data named like it, its class, or its derivation. */
  private static boolean isKnown(Path file) {
    String name = file.getFileName().toString();
    Path folder = file.getParent();
    return name.equals("README.md") || name.endsWith(".nn")
        || name.matches(".*\\.csv(\\.gz)?") && name.startsWith(folder.getFileName().toString())
        || name.endsWith(".md") && Files.exists(folder.resolve(name.replace(".md", ".nn")))
        || name.endsWith(".java") && Texts.in(folder).stream().anyMatch(model -> Texts.read(model).contains("model " + name.replace(".java", "")));
  }
}
