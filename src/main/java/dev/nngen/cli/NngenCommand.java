package dev.nngen.cli;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen MODEL.nn...}: writes Java. */
@Command(name = "nngen", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    customSynopsis = {"nngen MODEL.nn... [-d DIR] [-p PACKAGE] [--kernels ejml|plain|vector]",
      "                         [--precision f32|f64]", "       nngen COMMAND ..."},
    description = "Differentiates neural networks symbolically and writes their training step as Java.",
    footer = {"", "Exit status: 0 success, 1 the model or the data is at fault, 2 wrong usage."})
final class NngenCommand implements Callable<Integer> {

  private static final Pattern STAGE = Pattern.compile("plan|loops(:(\\w+))?");

  @Spec
  private CommandSpec spec;

  // Not required as far as picocli goes, which would ask for it in front of a subcommand too.
  @Parameters(paramLabel = "MODEL.nn", arity = "0..*", description = "Model files; - is standard input. Each model in them becomes a class.")
  private List<Path> files;

  @Option(names = {"-d", "--directory"}, paramLabel = "DIR", defaultValue = ".",
      description = "Folder for what is generated (default: the current one); - writes the one class to stdout.")
  private Path folder;

  @Mixin
  private CompilerOptions compilerOptions;

  @Option(names = "--shared", description = "Writes files, shuffling and a common type of all networks once, to Network.java, and not into each class.")
  private boolean shared;

  @Option(names = "--print", paramLabel = "plan|loops[:PASS]",
      description = "Prints the plan or the loops, those after a pass, and writes nothing.")
  private Optional<String> stage = Optional.empty();

  /** Compiles every file before it writes anything, so that a fault leaves no half of the output behind. */
  @Override
  public Integer call() {
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    if (stage.isPresent()) {
      ModelFiles.of(files, spec.commandLine()).flatMap(this::print, diagnostics).forEach(console.out()::print);
      return console.report(diagnostics);
    }
    List<GeneratedFile> generated = ModelFiles.of(files, spec.commandLine()).flatMap(this::generate, diagnostics).stream().distinct().toList();
    reportClashes(generated, diagnostics);
    if (!diagnostics.hasErrors()) {
      write(generated, console, diagnostics);
    }
    return console.report(diagnostics);
  }

  /** The stage of each model, as text. */
  private List<String> print(Source source, SourceLoader loader, Diagnostics diagnostics) {
    Matcher asked = STAGE.matcher(stage.orElseThrow());
    if (!asked.matches()) {
      throw new ParameterException(spec.commandLine(), "--print takes plan or loops[:PASS], not '" + stage.get() + "'");
    }
    Compiler compiler = new Compiler(compilerOptions.options(shared), loader);
    try {
      return compiler.derive(source, diagnostics).stream().map(model -> "model " + model.name() + "\n" + (stage.get().equals("plan")
          ? compiler.plan(model) : compiler.loops(model, Optional.ofNullable(asked.group(2))))).toList();
    } catch (IllegalArgumentException fault) {
      throw new ParameterException(spec.commandLine(), fault.getMessage(), fault);
    }
  }

  private List<GeneratedFile> generate(Source source, SourceLoader loader, Diagnostics diagnostics) {
    return new Compiler(compilerOptions.options(shared), loader).generate(source, diagnostics);
  }

  /** Two models of one name would be one file; so would names that differ in case only, on some file systems. */
  private static void reportClashes(List<GeneratedFile> generated, Diagnostics diagnostics) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (GeneratedFile file : generated) {
      String other = paths.putIfAbsent(file.path().toLowerCase(Locale.ROOT), file.path());
      if (other != null) {
        diagnostics.report(Diagnostic.withoutPlace(ErrorCode.DUPLICATE_NAME, "two models would both be written to " + file.path()));
      }
    }
  }

  private void print(List<GeneratedFile> generated, Console console) {
    if (generated.size() > 1) {
      throw new ParameterException(spec.commandLine(), "standard output takes one file, and there are " + generated.size() + ": name a folder with -d");
    }
    generated.forEach(file -> console.out().print(file.text()));
  }

  private void write(List<GeneratedFile> generated, Console console, Diagnostics diagnostics) {
    if (Console.isStandardOutput(folder)) {
      print(generated, console);
      return;
    }
    try {
      new OutputFolder(folder).write(generated).forEach(console.out()::println);
    } catch (IOException fault) {
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNWRITABLE_FILE, "cannot write: " + fault));
    }
  }
}
