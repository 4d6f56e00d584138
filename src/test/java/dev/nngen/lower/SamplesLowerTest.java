package dev.nngen.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.ProjectFiles;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every model file that comes with the project becomes a graph. */
class SamplesLowerTest {

  @TestFactory
  Stream<DynamicTest> samples() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("generated-samples"))) {
      List<Path> models = files.filter(f -> f.toString().endsWith(".nn") && !f.endsWith("orientation.nn")).sorted().toList();
      return models.stream().map(file -> DynamicTest.dynamicTest(file.toString(), () -> lower(file)));
    }
  }

  private static void lower(Path file) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    Source source = new Source(file.toString(), Files.readString(file));
    List<Model> models = Models.resolve(NnParser.parse(source, diagnostics), new ProjectFiles(file.getParent()),
        diagnostics);
    assertEquals("", new DiagnosticRenderer(false).render(diagnostics));
    for (Model model : models) {
      Program<Phase.Lowered> lowered = Lowering.lower(model);
      assertTrue(lowered.graph().names().containsKey(lowered.output().orElseThrow()));
      assertEquals(model.claims().size(), lowered.claims().size());
    }
  }
}
