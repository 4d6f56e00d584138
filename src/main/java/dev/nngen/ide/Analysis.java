package dev.nngen.ide;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.KnownNames;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;
import dev.nngen.parse.Lexemes;
import dev.nngen.parse.NnParser;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The analysis of one version of a text. Parsing and typing are done in the constructor. Results that need a derivation are computed on first use and
 * cached. Thread-safe.
 */
public final class Analysis {

  private static final Set<Role> WORDS = EnumSet.of(Role.NAME, Role.CALLEE, Role.REDUCTION, Role.KEYWORD);

  private final Source source;
  private final SourceLoader loader;
  private final SourceFile file;
  private final List<Lexeme> lexemes;
  private final List<Diagnostic> diagnostics;
  private final int syntaxFaults;
  private final List<Model> models;
  private final KnownNames vocabulary;
  private final Bindings bindings;
  private volatile Derived derived;

  /** The results of a derivation. */
  private record Derived(List<CompiledModel> models, List<Diagnostic> diagnostics) {}

  /**
   * @param loader reads the texts of imports
   */
  public Analysis(Source source, SourceLoader loader) {
    this.source = source;
    this.loader = loader;
    Diagnostics found = new Diagnostics();
    this.file = NnParser.parse(source, found);
    this.syntaxFaults = found.sorted().size();
    this.models = found.hasErrors() ? List.of() : Models.resolve(file, loader, found);
    this.diagnostics = found.sorted();
    this.lexemes = Lexemes.of(source, new Diagnostics());
    this.vocabulary = KnownNames.of(file, loader);
    this.bindings = Bindings.of(file);
  }

  public Source source() {
    return source;
  }

  /** Returns the well-formed items and statements. */
  public SourceFile file() {
    return file;
  }

  public List<Lexeme> lexemes() {
    return lexemes;
  }

  /** Returns syntax errors, or if there are none, the errors and warnings of typing: names, shapes and others. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  /** The number of syntax errors. */
  int syntaxFaults() {
    return syntaxFaults;
  }

  public KnownNames vocabulary() {
    return vocabulary;
  }

  Bindings bindings() {
    return bindings;
  }

  /** Returns the diagnostics of the whole compiler, with claims and conditions. Takes as long as compiling on first use. */
  public List<Diagnostic> allDiagnostics() {
    return derive().diagnostics();
  }

  /** Returns the compiled models, none if the text has errors. Takes as long as compiling on first use. */
  public List<CompiledModel> compiled() {
    return derive().models();
  }

  private Derived derive() {
    Derived known = derived;
    if (known == null) {
      synchronized (this) {
        known = derived == null ? compile() : derived;
        derived = known;
      }
    }
    return known;
  }

  private Derived compile() {
    Diagnostics found = new Diagnostics();
    List<CompiledModel> compiled = new Compiler(Options.DEFAULT, loader).derive(source, found);
    return new Derived(compiled, found.sorted());
  }

  /** Returns the analysis of another text with the same name and imports. */
  Analysis of(String text) {
    return new Analysis(new Source(source.name(), text), loader);
  }

  /** Returns the word at an offset, or directly before it. */
  public Optional<Lexeme> word(int offset) {
    return lexemes.stream().filter(lexeme -> WORDS.contains(lexeme.role()) && lexeme.span().start() <= offset && offset <= lexeme.span().end()).findFirst();
  }

  /** Returns the typed model around an offset. */
  Optional<Model> model(int offset) {
    return modelItem(offset).flatMap(item -> models.stream().filter(model -> model.name().equals(item.name().name())).findFirst());
  }

  /** Returns the compiled model around an offset. Takes as long as compiling on first use. */
  Optional<CompiledModel> compiled(int offset) {
    return modelItem(offset).flatMap(item -> compiled().stream().filter(model -> model.name().equals(item.name().name())).findFirst());
  }

  private Optional<Item.ModelItem> modelItem(int offset) {
    return file.items().stream().filter(Item.ModelItem.class::isInstance).map(Item.ModelItem.class::cast)
        .filter(item -> item.span().start() <= offset && offset <= item.span().end()).findFirst();
  }
}
