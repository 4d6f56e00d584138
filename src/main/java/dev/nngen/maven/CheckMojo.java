package dev.nngen.maven;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.simplify.Proof;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Decides the claims of each model and compares every gradient with central differences. Fails the build if a claim is refuted or undecided, or a
 * gradient differs; otherwise writes a report with a line for each.
 */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class CheckMojo extends ReportingMojo {

  /** Folder of the reports. */
  @Parameter(property = "nngen.checkDirectory", defaultValue = "${project.build.directory}/nngen-check")
  private File outputDirectory;

  /** Seed of the gradient check's random data, as the command's {@code --seed}. */
  @Parameter(property = "nngen.seed", defaultValue = "1")
  private long seed;

  private final List<String> results = new ArrayList<>();

  @Override
  Path outputFolder() {
    return outputDirectory.toPath();
  }

  @Override
  Optional<GeneratedFile> about(CompiledModel compiled, ModelFile model, Diagnostics diagnostics) {
    List<String> lines = new ArrayList<>();
    compiled.claims().forEach(decided -> lines.add((decided.proof() instanceof Proof.Proved ? "ok   " : "FAIL ") + decided.claim().text()));
    gradients(compiled, model, diagnostics).forEach(line -> lines.add(line.toString()));
    lines.forEach(line -> results.add(compiled.name() + ": " + line));
    return Optional.of(model.beside(compiled.name() + ".txt", String.join("\n", lines) + "\n"));
  }

  @Override
  void tell() {
    results.forEach(getLog()::info);
  }

  private List<GradientCheck.Line> gradients(CompiledModel compiled, ModelFile model, Diagnostics diagnostics) {
    try {
      List<GradientCheck.Line> lines = GradientCheck.check(compiled.differentiated(), compiled.simplified(), seed);
      lines.stream().filter(line -> !line.passed()).forEach(line -> fail(model, compiled, line.toString(), diagnostics));
      return lines;
    } catch (IllegalArgumentException noPoint) {
      diagnostics.report(Diagnostic.of(ErrorCode.WRONG_GRADIENT, compiled.span(), noPoint.getMessage()));
      return List.of();
    }
  }

  private static void fail(ModelFile model, CompiledModel compiled, String what, Diagnostics diagnostics) {
    fault(ErrorCode.WRONG_GRADIENT, model, compiled.name() + ": " + what, diagnostics);
  }

  @Override
  String ownSettings() {
    return "seed " + seed;
  }

  @Override
  String done() {
    return "Checked";
  }
}
