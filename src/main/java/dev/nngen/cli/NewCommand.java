package dev.nngen.cli;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.JavaNames;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.compiler.Version;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nngen new NAME}: creates a folder with a working example. */
@Command(name = "new", mixinStandardHelpOptions = true, versionProvider = VersionProvider.class, sortOptions = false,
    description = "Creates a folder with a model, data and a list of commands, or with --maven a project that uses the model's class.")
final class NewCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "The new folder; the model is named after it, such as MyNet for my-net.")
  private Path folder;

  @Option(names = "--maven", description = "Creates a Maven project.")
  private boolean maven;

  @Option(names = {"-p", "--package"}, paramLabel = "PACKAGE", defaultValue = "com.example",
      description = "Package of the Maven project (default: ${DEFAULT-VALUE}).")
  private String packageName;

  @Override
  public Integer call() {
    Console console = new Console(spec);
    Diagnostics diagnostics = new Diagnostics();
    requireNames();
    if (Files.exists(folder)) {
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNWRITABLE_FILE, folder + " already exists"));
      return console.report(diagnostics);
    }
    try {
      new OutputFolder(folder).write(files()).forEach(console.out()::println);
    } catch (IOException fault) {
      diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNWRITABLE_FILE, FileFault.unwritable(fault)));
    }
    return console.report(diagnostics);
  }

  private void requireNames() {
    if (!JavaNames.isClassName(className())) {
      throw new ParameterException(spec.commandLine(), "'" + folder + "' cannot name a model: it must begin with a letter");
    }
    if (packageName.isEmpty() || !JavaNames.isPackageName(packageName)) {
      throw new ParameterException(spec.commandLine(), "'" + packageName + "' is not a Java package name");
    }
  }

  private List<GeneratedFile> files() {
    Map<String, String> templates = new LinkedHashMap<>();
    if (maven) {
      templates.put("pom.xml", "pom.xml");
      templates.put("src/main/nngen/" + packagePath() + "/" + className() + ".nn", "model.txt");
      templates.put("src/main/java/" + packagePath() + "/Main.java", "Main.java");
      templates.put("README.md", "README-maven.md");
    } else {
      templates.put(modelFile(), "model.txt");
      templates.put("points.csv", "points.csv");
      templates.put("README.md", "README.md");
    }
    return templates.entrySet().stream().map(file -> new GeneratedFile(file.getKey(), filled(file.getValue()))).toList();
  }

  private String filled(String template) {
    return read(template).replace("@Name@", className()).replace("@model@", modelFile()).replace("@folder@", folderName())
        .replace("@package@", packageName).replace("@packagePath@", packagePath()).replace("@version@", Version.current());
  }

  private String folderName() {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  private String modelFile() {
    return className() + ".nn";
  }

  private String packagePath() {
    return packageName.replace('.', '/');
  }

  /** Returns the words of the folder's name, each with a capital: {@code MyNet} for {@code my-net}. */
  private String className() {
    return Arrays.stream(folderName().split("[^\\p{Alnum}]+")).filter(word -> !word.isEmpty())
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)).collect(Collectors.joining());
  }

  private static String read(String template) {
    try (InputStream in = NewCommand.class.getResourceAsStream("new/" + template)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
