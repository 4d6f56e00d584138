package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A model is not called as a class of java.lang that its generated class uses, or would be compiled against itself. */
class HiddenNamesTest {

  private static final String MODEL = """
      model %s {
        input X[3];
        target Y[3] where colsum(Y) == 1;
        P = dense(X, UNITS) |> gelu |> dense(3) |> softmax;
        minimize J = mean(crossentropy(P, Y));
        train clipnorm(1) |> adam(rate = 1e-2);
      }
      """;

  /** Returns a network of that many units; a large one may have threads. */
  private static List<CompiledModel> derive(Compiler compiler, String name, int units, Diagnostics diagnostics) {
    return compiler.derive(new Source("m.nn", MODEL.formatted(name).replace("UNITS", Integer.toString(units))), diagnostics);
  }

  @Test
  void classesOfJavaLangThatAreUsedAreNoModelNames() {
    TreeSet<String> used = new TreeSet<>();
    for (Options.Kernels kernels : Options.Kernels.values()) {
      for (Options.Precision precision : Options.Precision.values()) {
        Compiler compiler = new Compiler(new Options("", kernels, Optional.of(precision)), SourceLoader.NONE);
        for (int units : new int[] {3, 20_000}) {
          String code = compiler.generate(derive(compiler, "Net", units, new Diagnostics()).get(0)).text().replaceAll("(?s)/\\*.*?\\*/|//[^\\n]*", "");
          Pattern.compile("\\b[A-Z]\\w*").matcher(code).results().map(word -> word.group()).filter(HiddenNamesTest::isInJavaLang).forEach(used::add);
        }
      }
    }
    assertTrue(used.contains("Math") && used.contains("Long") && used.contains("Thread"), used.toString());
    for (String name : used) {
      Diagnostics diagnostics = new Diagnostics();
      derive(new Compiler(Options.DEFAULT, SourceLoader.NONE), name, 3, diagnostics);
      assertEquals(List.of("a class `" + name + "` would hide Java's own"), diagnostics.sorted().stream().map(one -> one.message()).toList());
    }
  }

  private static boolean isInJavaLang(String word) {
    try {
      Class.forName("java.lang." + word);
      return true;
    } catch (ClassNotFoundException | LinkageError none) {
      return false;
    }
  }
}
