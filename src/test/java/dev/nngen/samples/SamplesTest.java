package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.codegen.JavaText;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.Format;
import dev.nngen.explain.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    Derivation derivation = compiled.deriver().derive(Options.DEFAULT);
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
