package dev.nngen.codegen;

import dev.nngen.Recent;
import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample models through the whole compiler: the class computes what the interpreter computes on the simplified graph. */
@Slow
class SampleModelTest {

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("generated-samples"))) {
      return files.filter(file -> file.toString().endsWith(".nn") && !file.toString().contains("misprints")).sorted().toList().stream();
    }
  }

  private static final Recent<Source, List<Program<Phase.Simplified>>> MODELS = new Recent<>(source -> new Compiler(Options.DEFAULT, SourceLoader.NONE)
      .derive(source, new Diagnostics()).stream().map(CompiledModel::simplified).toList());

  static List<Program<Phase.Simplified>> simplified(String name, String text) {
    return MODELS.get(new Source(name, text));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void agreesWithTheInterpreter(Path file) throws IOException {
    for (Program<Phase.Simplified> model : simplified(file.toString(), Files.readString(file))) {
      for (Agreement agreement : Agreement.ofAll(model, 5)) {
        if (file.toString().contains(System.getProperty("nngen.show", "\n"))) {
          System.out.println(agreement.text().text());
        }
        agreement.check(35, 1, 3);
      }
    }
  }
}
