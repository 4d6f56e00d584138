package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Models of the samples, compiled as far as their gradients, and their derivations: each once, since many tests look at them. */
final class Samples {

  private static final Map<Path, List<CompiledModel>> MODELS = new HashMap<>();
  private static final IdentityHashMap<CompiledModel, Derived> DERIVED = new IdentityHashMap<>();

  private record Derived(Deriver deriver, Derivation derivation) {}

  private Samples() {}

  /** All sample files that are meant to be right. */
  static List<Path> files() {
    try (Stream<Path> files = Files.walk(Path.of("generated-samples"))) {
      return files.filter(file -> file.toString().endsWith(".nn") && !file.toString().contains("misprints")).sorted().toList();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  static List<CompiledModel> models(Path file) {
    return MODELS.computeIfAbsent(file, unknown -> {
      try {
        return models(unknown.toString(), Files.readString(unknown));
      } catch (IOException fault) {
        throw new UncheckedIOException(fault);
      }
    });
  }

  static List<CompiledModel> models(String name, String text) {
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source(name, text), diagnostics);
    assertFalse(models.isEmpty(), () -> name + ": " + diagnostics.sorted());
    return models;
  }

  static CompiledModel sample(String path) {
    return models(Path.of("generated-samples", path)).get(0);
  }

  static Deriver deriver(CompiledModel model) {
    return derived(model).deriver();
  }

  static Derivation derivation(CompiledModel model) {
    return derived(model).derivation();
  }

  private static Derived derived(CompiledModel model) {
    return DERIVED.computeIfAbsent(model, unknown -> {
      Deriver deriver = unknown.deriver();
      return new Derived(deriver, deriver.derive(dev.nngen.explain.ExplainOptions.DEFAULT));
    });
  }
}
