package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Wrong models and the exact messages of their errors. {@code -Dnngen.bless=true} writes the texts anew, to be
 * read before they are committed.
 */
class FaultsTest {

  private static final Path FOLDER = Path.of("src/test/resources/dev/nngen/model/faults");

  @TestFactory
  Stream<DynamicTest> faults() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> models = files.filter(f -> f.toString().endsWith(".nn")).sorted().toList();
      assertTrue(models.size() >= 25, "the wrong models are not found");
      return models.stream().map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
    }
  }

  private static void check(Path file) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    Source source = new Source(file.getFileName().toString(), Files.readString(file));
    List<Model> models = Models.resolve(NnParser.parse(source, diagnostics), SourceLoader.NONE, diagnostics);
    assertEquals(diagnostics.hasErrors(), models.isEmpty(), "models come out exactly where there is no error");
    Path golden = Path.of(file.toString().replace(".nn", ".txt"));
    String told = new DiagnosticRenderer(false).render(diagnostics);
    if (Boolean.getBoolean("nngen.bless")) {
      Files.writeString(golden, told);
    }
    assertEquals(Files.readString(golden), told);
  }
}
