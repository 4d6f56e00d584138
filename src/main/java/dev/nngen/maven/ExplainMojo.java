package dev.nngen.maven;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.ExplainOptions;
import dev.nngen.explain.Format;
import dev.nngen.formula.Form;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Writes the derivation of every gradient of each model, step by step, with the rule and its side condition. */
@Mojo(name = "explain", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class ExplainMojo extends ReportingMojo {

  /** Folder of the derivations, one file for each model. */
  @Parameter(property = "nngen.explainDirectory", defaultValue = "${project.build.directory}/nngen-explain")
  private File outputDirectory;

  /** {@code text}, {@code markdown}, {@code latex}, {@code html}, {@code json} or {@code svg}, as the command's {@code --format}. */
  @Parameter(property = "nngen.format", defaultValue = "html")
  private String format;

  /** The values whose gradients are shown, as the command's {@code --wrt}; all if there are none. */
  @Parameter(property = "nngen.wrt")
  private List<String> wrt;

  /** Notation of formulas, as the command's {@code --form}: {@code matrix}, {@code index}, {@code sample} or {@code unit}. */
  @Parameter(property = "nngen.form", defaultValue = "matrix")
  private String form;

  /** The one value whose gradient is shown, as the command's {@code --of}. */
  @Parameter(property = "nngen.of")
  private String of;

  /** Text in ASCII characters only, as the command's {@code --ascii}. */
  @Parameter(property = "nngen.ascii", defaultValue = "false")
  private boolean ascii;

  /** LaTeX that compiles by itself, as the command's {@code --standalone}. */
  @Parameter(property = "nngen.standalone", defaultValue = "false")
  private boolean standalone;

  /** Whether to show each step, or only results, as the command's {@code --no-steps}. */
  @Parameter(property = "nngen.steps", defaultValue = "true")
  private boolean steps;

  private Format document;
  private ExplainOptions options;

  @Override
  Path outputFolder() {
    return outputDirectory.toPath();
  }

  @Override
  void validate() throws MojoExecutionException {
    document = oneOf(Format.values(), format, "format");
    options = new ExplainOptions(oneOf(Form.values(), form, "form"), steps, wrt, Optional.ofNullable(of));
  }

  /** Returns the derivation; empty for a model without a loss. */
  @Override
  Optional<GeneratedFile> about(CompiledModel compiled, ModelFile model, Diagnostics diagnostics) {
    if (compiled.lowered().loss().isEmpty()) {
      return Optional.empty();
    }
    try {
      Derivation derivation = compiled.derivation().derive(options);
      return Optional.of(model.beside(compiled.name() + extension(), document.render(derivation, ascii, standalone)));
    } catch (IllegalArgumentException unknownName) {
      fault(ErrorCode.UNKNOWN_NAME, model, unknownName.getMessage(), diagnostics);
      return Optional.empty();
    }
  }

  private String extension() {
    return switch (document) {
      case TEXT -> ".txt";
      case MARKDOWN -> ".md";
      case LATEX -> ".tex";
      case HTML -> ".html";
      case JSON -> ".json";
      case SVG -> ".svg";
    };
  }

  @Override
  String ownSettings() {
    return document + " " + options + " " + ascii + " " + standalone;
  }

  @Override
  String done() {
    return "Explained";
  }
}
