package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.simplify.Proof;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen check MODEL.nn}: prints a line for every claim and every gradient. */
@Command(name = "check", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Finds errors, decides the claims, and compares every gradient with central differences.",
      "Prints a line for each; exit status 1 if one fails."})
final class CheckCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", arity = "1..*", description = "Model files to check; - is standard input.")
  private List<Path> files;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the random data (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = ModelFiles.of(files, spec.commandLine())
        .flatMap((source, loader, own) -> new Compiler(Options.DEFAULT, loader).derive(source, own), diagnostics);
    boolean passed = true;
    for (CompiledModel model : models) {
      passed &= check(model, console, diagnostics);
    }
    return Math.max(console.report(diagnostics), passed ? 0 : Main.FAULT);
  }

  /** Returns whether all gradients of a model agree; claims that fail are diagnostics as well. */
  private boolean check(CompiledModel model, Console console, Diagnostics diagnostics) {
    console.out().println(model.name());
    for (CompiledModel.Decided decided : model.claims()) {
      console.out().println("  " + (decided.proof() instanceof Proof.Proved ? "ok   " : "FAIL ") + decided.claim().text()
          + ": " + outcome(decided.proof()));
    }
    try {
      List<GradientCheck.Line> lines = GradientCheck.check(model.differentiated(), model.simplified(), seed);
      lines.forEach(line -> console.out().println("  " + line));
      return lines.stream().allMatch(GradientCheck.Line::passed);
    } catch (IllegalArgumentException noPoint) {
      console.out().println("  FAIL gradients: " + noPoint.getMessage());
      diagnostics.report(Diagnostic.of(ErrorCode.WRONG_GRADIENT, model.span(), noPoint.getMessage()));
      return false;
    }
  }

  private static String outcome(Proof proof) {
    if (proof instanceof Proof.Proved proved) {
      return "proved, " + proved.reason();
    }
    return proof instanceof Proof.Refuted ? "refuted" : "not proved";
  }
}
