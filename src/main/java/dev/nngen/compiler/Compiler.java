package dev.nngen.compiler;

import dev.nngen.ast.SourceFile;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.codegen.CodegenOptions;
import dev.nngen.codegen.JavaEmitter;
import dev.nngen.codegen.JavaText;
import dev.nngen.codegen.LoopListing;
import dev.nngen.codegen.SharedClass;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPrinter;
import dev.nngen.simplify.Simplifier;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The facade of the compiler: runs all passes. */
public final class Compiler {

  private final Options options;
  private final SourceLoader loader;

  /**
   * @param loader reads the texts of imports
   */
  public Compiler(Options options, SourceLoader loader) {
    this.options = options;
    this.loader = loader;
  }

  /**
   * Compiles a file to the class of each of its models.
   *
   * @param diagnostics receives every error of the file and its imports, and every claim that is not proved
   * @return the classes in the order of the text, and their common superclass if that option is set; none if there are errors
   */
  public List<GeneratedFile> generate(Source file, Diagnostics diagnostics) {
    List<CompiledModel> models = derive(file, diagnostics);
    if (diagnostics.hasErrors() || models.isEmpty()) {
      return List.of();
    }
    return Stream.concat(models.stream().map(this::generate), options.shared() ? Stream.of(shared()) : Stream.empty()).toList();
  }

  /** Generates the common superclass of a package's classes. */
  private GeneratedFile shared() {
    JavaText java = SharedClass.emit(options.packageName(), Version.current());
    return new GeneratedFile(java.path(), java.text());
  }

  /** Generates the class of a model. */
  public GeneratedFile generate(CompiledModel model) {
    Plan plan = options.kernels().set().plan(model.simplified());
    JavaText java = JavaEmitter.emit(plan, codegenOptions(model.sources()));
    return new GeneratedFile(java.path(), java.text());
  }

  /** Returns the plan of the model's class as text: kernels in order, and memory. */
  public String plan(CompiledModel model) {
    return PlanPrinter.print(options.kernels().set().plan(model.simplified()));
  }

  /**
   * Returns the loop programs of the model's kernels as text.
   *
   * @param lastPass the pass after which they are shown; empty for the programs before all passes
   * @throws IllegalArgumentException if the kernel set has no such pass
   */
  public String loops(CompiledModel model, Optional<String> lastPass) {
    return LoopListing.print(options.kernels().set().plan(model.simplified()), options.kernels().set(), lastPass);
  }

  /**
   * Compiles a file up to simplified programs and decided claims, for each of its models.
   *
   * @param diagnostics receives every error of the file and its imports, and every claim that is not proved
   * @return the models in the order of the text, also if a claim is not proved; none if there are other errors
   */
  public List<CompiledModel> derive(Source file, Diagnostics diagnostics) {
    Imports imports = new Imports(file, loader);
    List<Model> models = models(file, imports, diagnostics);
    return models.stream().map(model -> derive(model, imports.sources(), diagnostics)).flatMap(Optional::stream).toList();
  }

  private List<Model> models(Source file, SourceLoader imports, Diagnostics diagnostics) {
    SourceFile parsed = FixedSizes.in(NnParser.parse(file, diagnostics), options.sizes(), diagnostics);
    return diagnostics.hasErrors() ? List.of() : Models.resolve(parsed, imports, diagnostics);
  }

  /** Returns the compiled model, empty if a value is proved to be outside of a function's domain, which is reported. */
  private Optional<CompiledModel> derive(Model model, List<Source> sources, Diagnostics diagnostics) {
    Program<Phase.Lowered> lowered = inPrecision(Lowering.lower(model));
    Program<Phase.Differentiated> differentiated = Autodiff.differentiate(lowered);
    List<Diagnostic> conditions = DomainCheck.check(differentiated);
    conditions.forEach(diagnostics::report);
    if (conditions.stream().anyMatch(condition -> condition.severity() == Severity.ERROR)) {
      return Optional.empty();
    }
    ZeroLayers.check(model, differentiated).or(() -> EqualUnits.check(model, differentiated)).ifPresent(diagnostics::report);
    Program<Phase.Simplified> simplified = Simplifier.simplify(differentiated);
    if (diagnostics.sorted().stream().noneMatch(told -> told.code() == ErrorCode.ALWAYS_ONE)) {
      ZeroGradients.check(model, simplified).ifPresent(diagnostics::report);
    }
    return Optional.of(new CompiledModel(sources, model.span(), lowered, differentiated, simplified,
        ClaimCheck.decide(lowered, differentiated, diagnostics), conditions));
  }

  private Program<Phase.Lowered> inPrecision(Program<Phase.Lowered> lowered) {
    return options.precision().map(asked -> lowered.withSinglePrecision(asked == Options.Precision.F32)).orElse(lowered);
  }

  private CodegenOptions codegenOptions(List<Source> sources) {
    String name = sources.get(0).name();
    return new CodegenOptions(options.packageName(), options.kernels().set(), options.shared(), Version.current(), options.shown(),
        name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1), Imports.hash(sources));
  }
}
