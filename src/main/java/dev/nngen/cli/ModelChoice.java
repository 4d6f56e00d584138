package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.Options;
import dev.nngen.compiler.StandardInput;
import dev.nngen.diag.Diagnostics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/** The model of a file that a command runs, and its kernels. */
final class ModelChoice {

  @Option(names = "--model", paramLabel = "NAME", description = "Model to use if the file has several.")
  private String name;

  @Option(names = "--kernels", paramLabel = "ejml|plain|vector", defaultValue = "plain", description = "Kernels, as for generating (default: plain, which is faster).")
  private Options.Kernels kernels;

  @Option(names = "--precision", paramLabel = "f32|f64", description = "Overrides the model's own precision.")
  private Options.Precision precision;

  @Option(names = "--size", paramLabel = "NAME=NUMBER", description = "The value of a size that the model declares without a number: size time;")
  private Map<String, Integer> sizes = Map.of();

  /** A model and its class. */
  record Chosen(CompiledModel model, GeneratedFile file) {}

  /** Compiles the file; empty after reported errors. */
  Optional<Chosen> compile(Path path, CommandLine line, Diagnostics diagnostics) {
    Options options = new Options("", kernels, Optional.ofNullable(precision), sizes);
    List<Chosen> all = ModelFiles.of(List.of(path), line).flatMap((source, loader, own) -> {
      Compiler compiler = new Compiler(options, loader);
      List<CompiledModel> models = compiler.derive(source, own);
      return own.hasErrors() ? List.of() : models.stream().filter(this::isAsked).map(m -> new Chosen(m, compiler.generate(m))).toList();
    }, diagnostics);
    if (diagnostics.hasErrors()) {
      return Optional.empty();
    }
    if (all.isEmpty()) {
      throw new ParameterException(line, StandardInput.nameOf(path) + " has no model" + (name == null ? "" : " called " + name));
    }
    if (all.size() > 1) {
      throw new ParameterException(line, StandardInput.nameOf(path) + " has several models; select one with --model "
          + String.join("|", all.stream().map(chosen -> chosen.model().name()).toList()));
    }
    return Optional.of(all.get(0));
  }

  private boolean isAsked(CompiledModel model) {
    return name == null || name.equals(model.name());
  }
}
