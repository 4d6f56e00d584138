package dev.nngen.cli;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
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
    footer = {"", "Exit status: 0 success, 1 an error in the model or the data, 2 wrong usage."})
final class NngenCommand implements Callable<Integer> {

  private static final Pattern STAGE = Pattern.compile("plan|loops(:(\\w+))?");

  @Spec
  private CommandSpec spec;

  // Optional for picocli, which would otherwise require it before a subcommand too.
  @Parameters(paramLabel = "MODEL.nn", arity = "0..*", description = "Model files; - is standard input. Each model becomes a class.")
  private List<Path> files;

  @Option(names = {"-d", "--directory"}, paramLabel = "DIR", defaultValue = ".",
      description = "Output folder (default: the current one); - writes a single class to stdout.")
  private Path folder;

  @Mixin
  private CompilerOptions compilerOptions;

  @Option(names = "--shared", description = "Writes the code for files and shuffling, and a common type of all networks, once to Network.java instead of into each class.")
  private boolean shared;

  @Option(names = "--print", paramLabel = "plan|loops[:PASS]",
      description = "Prints the plan or the loops (after all passes, or after the given one), and writes no files.")
  private Optional<String> stage = Optional.empty();

  /** Compiles every file before it writes any, so that an error does not leave partial output. */
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

  /** Returns the stage of each model as text. */
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

  /** Reports models of one name, which would be one file, and names that differ only in case, which are equal on some file systems. */
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
      throw new ParameterException(spec.commandLine(), "standard output takes one file, but there are " + generated.size() + ": name a folder with -d");
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
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNWRITABLE_FILE, FileFault.unwritable(fault)));
    }
  }
}
