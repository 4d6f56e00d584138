package dev.nngen.maven;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.JavaNames;
import dev.nngen.compiler.Options;
import dev.nngen.compiler.Version;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.sonatype.plexus.build.incremental.BuildContext;

/** Base class of all goals that process model files: selects files, reads settings, finds stale files and reports diagnostics. */
abstract class ModelMojo extends AbstractMojo {

  private static final Pattern SIZE = Pattern.compile("\\s*(\\w+)\\s*=\\s*(\\d{1,9})\\s*");

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
  private MojoExecution execution;

  // Its successor, @Inject, does not work in a Maven plugin of this kind.
  @SuppressWarnings("deprecation")
  @Component
  private BuildContext ide;

  /** Skips the goal. Files generated earlier stay, and are compiled. */
  @Parameter(property = "nngen.skip", defaultValue = "false")
  private boolean skip;

  /** Patterns of the model files, relative to the source folder; all {@code .nn} files if there are none. */
  @Parameter(property = "nngen.includes")
  private List<String> includes;

  /** Patterns of excluded files, relative to the source folder. They can still be imported. */
  @Parameter(property = "nngen.excludes")
  private List<String> excludes;

  /** Package of the classes, instead of that of a model file's subfolder. */
  @Parameter(property = "nngen.packageName")
  private String packageName;

  /** Kernels of the generated classes, as the command's {@code --kernels}. */
  @Parameter(property = "nngen.kernels", defaultValue = "ejml")
  private String kernels;

  /** Values of sizes that models declare without a number: {@code time=24} for {@code size time;}. */
  @Parameter(property = "nngen.sizes")
  private List<String> sizes;

  /** {@code f32} or {@code f64}, instead of the model's own precision. */
  @Parameter(property = "nngen.precision")
  private String precision;

  /** Writes code that is equal in all classes of a package once, to {@code Network.java}, as the command's {@code --shared}. */
  @Parameter(property = "nngen.shared", defaultValue = "false")
  private boolean shared;

  /** The folder that imports must stay in. */
  @Parameter(property = "nngen.importRoot", defaultValue = "${project.basedir}")
  private File importRoot;

  /** Makes warnings fail the build. */
  @Parameter(property = "nngen.fatalWarnings", defaultValue = "false")
  private boolean fatalWarnings;

  /** Returns the folder of the model files. */
  abstract Path sourceFolder();

  /** Returns the output folder. */
  abstract Path outputFolder();

  /** Returns the output for a model file. */
  abstract List<GeneratedFile> make(Compiler compiler, ModelFile model, Source source, Diagnostics diagnostics);

  /** Returns the goal's own parameters that its output depends on. */
  abstract String ownSettings();

  /** Returns a word for the log that describes the goal, such as {@code Compiled}. */
  abstract String done();

  /** Registers folders with the project; runs even if the goal is skipped. */
  void register(MavenProject into) {}

  /** Checks the goal's own parameters, before any file is read. */
  void validate() throws MojoExecutionException {}

  /** Logs the results, after the work and on Maven's thread, by which parallel builds sort the log. */
  void tell() {}

  /** Whether to warn of a file without models. */
  boolean warnsOfIdleFiles() {
    return false;
  }

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    register(project);
    if (skip) {
      getLog().info("Skipped, because nngen.skip is set");
      return;
    }
    validate();
    Reporter reporter = new Reporter(getLog(), ide);
    List<ModelFile> models = ModelFile.below(sourceFolder(), includes, excludes);
    ModelGoal goal = goal();
    try {
      IncrementalRun run = new IncrementalRun(setup(), goal, manifests(), reporter);
      Optional<IncrementalRun.Outcome> outcome = DeepStack.call(() -> run.run(models, fatalWarnings));
      tell();
      reporter.report(run.diagnostics());
      finish(outcome.orElseThrow(() -> failure(run.diagnostics())), models.size());
    } catch (MojoFailureException fault) {
      throw fault;
    } catch (IOException fault) {
      throw new MojoExecutionException("Cannot read or write: " + fault, fault);
    } catch (Exception fault) {
      throw new MojoExecutionException("nngen: internal error; please report it with the model file: " + fault, fault);
    }
  }

  private void finish(IncrementalRun.Outcome outcome, int models) {
    outcome.changed().forEach(file -> ide.refresh(file.toFile()));
    String all = models + (models == 1 ? " model file" : " model files");
    if (models == 0) {
      getLog().info("No model files in " + sourceFolder());
    } else if (outcome.stale() == 0) {
      getLog().info("Nothing to do: " + all + ", unchanged");
    } else {
      getLog().info(done() + " " + outcome.stale() + " of " + all + " into " + outputFolder());
    }
  }

  private static MojoFailureException failure(Diagnostics diagnostics) {
    long errors = diagnostics.sorted().stream().filter(diagnostic -> diagnostic.severity() == Severity.ERROR).count()
        + diagnostics.dropped();
    String count = errors == 0 ? "warnings, which are errors with nngen.fatalWarnings" : errors == 1 ? "1 error" : errors + " errors";
    return new MojoFailureException("Model files with errors: " + count + "; see above");
  }

  private IncrementalRun.Setup setup() throws IOException {
    String settings = String.join("\n", identity(), kernels, String.valueOf(precision), String.valueOf(sizes), String.valueOf(packageName),
        Manifests.relative(project.getBasedir().toPath(), importRoot.toPath()), String.valueOf(fatalWarnings), String.valueOf(shared), ownSettings());
    return new IncrementalRun.Setup(project.getBasedir().toPath(), outputFolder(), importRoot.toPath(), settings, warnsOfIdleFiles());
  }

  /** Returns the plugin's version; for a snapshot also a hash of its bytes, because snapshots share their version. */
  private String identity() throws IOException {
    File jar = execution.getMojoDescriptor().getPluginDescriptor().getPluginArtifact().getFile();
    boolean distinct = !Version.current().endsWith("-SNAPSHOT") || jar == null || !jar.isFile();
    return Version.current() + (distinct ? "" : " " + Fingerprint.of(Files.readAllBytes(jar.toPath())));
  }

  private Manifests manifests() {
    Plugin plugin = project.getPlugin(execution.getPlugin().getKey());
    Set<String> configured = plugin == null ? Set.of()
        : plugin.getExecutions().stream().map(PluginExecution::getId).collect(Collectors.toCollection(LinkedHashSet::new));
    return new Manifests(project.getBasedir().toPath(), Path.of(project.getBuild().getDirectory(), "nngen", execution.getGoal()),
        execution.getExecutionId(), configured);
  }

  /** Reads the parameters, before any file is read. */
  private ModelGoal goal() throws MojoExecutionException {
    Options.Kernels kernelSet = oneOf(Options.Kernels.values(), kernels, "kernels");
    Optional<Options.Precision> asked = precision == null ? Optional.empty()
        : Optional.of(oneOf(Options.Precision.values(), precision, "precision"));
    Map<String, Integer> numbers = numbers();
    return (model, source, loader, diagnostics) -> packageOf(model, diagnostics)
        .map(name -> make(new Compiler(new Options(name, kernelSet, asked, numbers, shared), loader), model, source, diagnostics)).orElse(List.of());
  }

  /** Returns the values of sizes by their names. */
  private Map<String, Integer> numbers() throws MojoExecutionException {
    Map<String, Integer> numbers = new TreeMap<>();
    for (String size : sizes == null ? List.<String>of() : sizes) {
      Matcher parts = SIZE.matcher(size);
      if (!parts.matches()) {
        throw new MojoExecutionException("Parameter sizes has '" + size + "', which is not of the form time=24");
      }
      numbers.put(parts.group(1), Integer.valueOf(parts.group(2)));
    }
    return numbers;
  }

  /** Returns the package; empty after a reported error if the subfolder cannot be a package. */
  private Optional<String> packageOf(ModelFile model, Diagnostics diagnostics) {
    String name = packageName == null ? model.packageName() : packageName;
    if (JavaNames.isPackageName(name)) {
      return Optional.of(name);
    }
    diagnostics.report(Diagnostic.withoutPlace(ErrorCode.INVALID_NAME, model.path() + ": '" + name + "' is not a Java package name")
        .help("a model's package is its sub-folder; rename that, or set the parameter packageName"));
    return Optional.empty();
  }

  /** Returns the constant with the given name, ignoring case. */
  static <E extends Enum<E>> E oneOf(E[] values, String name, String parameter) throws MojoExecutionException {
    return Arrays.stream(values).filter(value -> value.name().equals(name.toUpperCase(Locale.ROOT))).findFirst().orElseThrow(() ->
        new MojoExecutionException("Parameter " + parameter + " is '" + name + "', which is none of " + Arrays.stream(values)
            .map(value -> value.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))));
  }
}
