package dev.nngen.cli;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.Options;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.compiler.StandardInput;
import dev.nngen.diag.CodePage;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.diag.Source;
import dev.nngen.explain.Format;
import dev.nngen.explain.RuleHelp;
import dev.nngen.explain.UnknownNameException;
import dev.nngen.formula.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen explain MODEL.nn}: shows the derivation of every gradient. */
@Command(name = "explain", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = "Shows the derivation of every gradient of a model, step by step, from the same graph as the generated code.")
final class ExplainCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn|CODE", arity = "0..1",
      description = "The model file, or - for standard input; or an error code, such as E120, for its page.")
  private Path file;

  @Option(names = "--format", paramLabel = "text|markdown|latex|html|json|svg", defaultValue = "text",
      description = "Format of the document (default: text).")
  private Format format;

  @Option(names = "--form", paramLabel = "matrix|index|sample|unit", defaultValue = "matrix", description = {
      "Notation of formulas (default: matrix).",
      "matrix: whole matrices; index: per entry;",
      "sample: for one sample; unit: per entry for one sample."})
  private Form form;

  @Option(names = "--wrt", paramLabel = "NAME", split = ",",
      description = "Only the gradients of these values and those that they depend on.")
  private List<String> wrt = List.of();

  @Option(names = "--of", paramLabel = "NAME", description = "Only the gradient of this value.")
  private String of;

  @Option(names = "--no-steps", description = "Only the result of each derivation.")
  private boolean noSteps;

  @Option(names = "--ascii", description = "Text in ASCII characters only.")
  private boolean ascii;

  @Option(names = "--standalone", description = "LaTeX that compiles by itself.")
  private boolean standalone;

  @Option(names = "--model", paramLabel = "NAME", description = "Model to use if the file has several.")
  private String model;

  @Option(names = "--rule", paramLabel = "NAME", arity = "0..1", fallbackValue = "",
      description = "Describes a rule, or lists all rules if no name is given; needs no model.")
  private String rule;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Output file; - is stdout (the default).")
  private Path output;

  @Option(names = "--watch", description = "Writes the document again when the model or a file that it imports changes, until Ctrl-C.")
  private boolean watch;

  @Override
  public Integer call() {
    Console console = new Console(spec);
    if (rule != null) {
      console.out().println(words());
      return 0;
    }
    if (file != null && file.toString().matches("[EeWw]\\d{3}") && !Files.exists(file)) {
      console.out().print(page(file.toString()));
      return 0;
    }
    return watch ? watch(console) : explain(console).status();
  }

  /**
   * The result for one state of the model's files.
   *
   * @param sources the texts of the model and its imports; none if it has errors
   */
  private record Outcome(int status, List<Source> sources) {}

  /** Explains the model after each change of its files, until the thread is interrupted. */
  private int watch(Console console) {
    if (file == null || StandardInput.isNamedBy(file)) {
      throw usage("--watch is for a file");
    }
    FileWatch state = FileWatch.of(List.of(file));
    try {
      while (true) {
        Outcome outcome = explain(console);
        console.out().flush();
        console.err().flush();
        if (!outcome.sources().isEmpty()) {
          state = new FileWatch(outcome.sources().stream().collect(Collectors.toMap(source -> Path.of(source.name()), Source::text, (first, same) -> first)));
        }
        state.awaitChange();
        state = FileWatch.of(state.texts().keySet());
      }
    } catch (InterruptedException ended) {
      return 0;
    }
  }

  private Outcome explain(Console console) {
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = ModelFiles.of(file == null ? null : List.of(file), spec.commandLine())
        .flatMap((source, loader, own) -> new Compiler(Options.DEFAULT, loader).derive(source, own), diagnostics);
    if (!models.isEmpty()) {
      publish(chosen(models), console, diagnostics);
    }
    return new Outcome(console.report(diagnostics), models.isEmpty() ? List.of() : models.get(0).sources());
  }

  private String page(String name) {
    return CodePage.code(name).flatMap(CodePage::of).map(page -> page.text(System.lineSeparator()))
        .orElseThrow(() -> usage("there is no diagnostic with the code '" + name + "'"));
  }

  private String words() {
    return rule.isEmpty() ? RuleHelp.list() : RuleHelp.of(rule).orElseThrow(() -> usage(RuleHelp.unknown(rule)));
  }

  private CompiledModel chosen(List<CompiledModel> models) {
    String names = models.stream().map(CompiledModel::name).collect(Collectors.joining(", "));
    if (model == null && models.size() > 1) {
      throw usage("the file has several models; select one with --model: " + names);
    }
    return models.stream().filter(candidate -> model == null || candidate.name().equals(model)).findFirst()
        .orElseThrow(() -> usage("there is no model '" + model + "'; there are " + names));
  }

  private void publish(CompiledModel chosen, Console console, Diagnostics diagnostics) {
    if (chosen.lowered().loss().isEmpty()) {
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.INCOMPLETE_MODEL,
          chosen.name() + " has no loss, so it has no gradients to explain"));
      return;
    }
    String text = text(chosen);
    if (output == null || Console.isStandardOutput(output)) {
      console.out().print(text);
    } else {
      write(text, diagnostics);
    }
  }

  private String text(CompiledModel chosen) {
    try {
      return format.render(chosen.derivation()
          .derive(new dev.nngen.explain.ExplainOptions(form, !noSteps, wrt, Optional.ofNullable(of))), ascii, standalone);
    } catch (UnknownNameException unknownName) {
      throw usage(unknownName.getMessage());
    }
  }

  private void write(String text, Diagnostics diagnostics) {
    try {
      Path place = output.toAbsolutePath();
      new OutputFolder(place.getParent()).write(List.of(new GeneratedFile(place.getFileName().toString(), text)));
    } catch (IOException fault) {
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNWRITABLE_FILE, FileFault.unwritable(fault)));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
