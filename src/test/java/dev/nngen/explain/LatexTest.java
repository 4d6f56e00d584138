package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.formula.Form;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that claim to compile are compiled, in every form; skipped if there is no pdflatex on the path (Debian: texlive-latex-base). */
class LatexTest {

  static List<Path> files() {
    return Samples.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everySampleCompiles(Path file, @TempDir Path folder) throws Exception {
    boolean present = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "pdflatex")));
    assumeTrue(present, "no pdflatex on the path");
    for (CompiledModel model : Samples.models(file)) {
      Deriver deriver = model.deriver();
      for (Form form : List.of(Form.MATRIX, Form.INDEX)) {
        Derivation derivation = deriver.derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
        compile(folder, Format.LATEX.render(derivation, false, true));
      }
    }
  }

  private static void compile(Path folder, String document) throws Exception {
    Files.writeString(folder.resolve("document.tex"), document);
    Path log = folder.resolve("output.txt");
    Process process = new ProcessBuilder("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "document.tex")
        .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "pdflatex hangs");
    assertEquals(0, process.exitValue(), () -> tail(log));
    assertTrue(Files.size(folder.resolve("document.pdf")) > 1000);
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException fault) {
      return fault.toString();
    }
  }
}
