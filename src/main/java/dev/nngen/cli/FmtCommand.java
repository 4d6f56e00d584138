package dev.nngen.cli;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.compiler.SourceReader;
import dev.nngen.compiler.StandardInput;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.diag.Source;
import dev.nngen.format.Formatter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen fmt MODEL.nn...}: formats files in place. */
@Command(name = "fmt", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = {"Formats model files in place and prints the names of those that change.",
      "Changes indentation and spaces, and keeps line breaks and comments. A file with a syntax error stays unchanged."})
final class FmtCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.nn", arity = "1..*", description = "Files to format; - formats standard input to standard output.")
  private List<Path> files;

  @Option(names = "--check", description = "Writes nothing; exit status 1 if a file is not formatted.")
  private boolean check;

  @Override
  public Integer call() {
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    boolean changed = false;
    for (Path file : new LinkedHashSet<>(files)) {
      Diagnostics own = new Diagnostics();
      Optional<Source> source = SourceReader.read(file, own);
      Optional<String> formatted = source.flatMap(text -> Formatter.format(text, own));
      if (formatted.isPresent()) {
        changed |= publish(file, source.get().text(), formatted.get(), console, own);
      }
      diagnostics.reportAll(own);
    }
    return Math.max(console.report(diagnostics), check && changed ? Main.FAULT : 0);
  }

  /** Returns whether the formatted text differs. */
  private boolean publish(Path file, String text, String formatted, Console console, Diagnostics diagnostics) {
    boolean changed = !text.equals(formatted);
    if (StandardInput.isNamedBy(file) && !check) {
      console.out().print(formatted);
    } else if (changed) {
      console.out().println(file);
      if (!check) {
        write(file, formatted, diagnostics);
      }
    }
    return changed;
  }

  /** Writes the file; a symbolic link stays a link. */
  private static void write(Path file, String text, Diagnostics diagnostics) {
    try {
      Path place = file.toRealPath();
      new OutputFolder(place.getParent()).write(List.of(new GeneratedFile(place.getFileName().toString(), text)));
    } catch (IOException fault) {
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNWRITABLE_FILE, FileFault.unwritable(fault)));
    }
  }
}
