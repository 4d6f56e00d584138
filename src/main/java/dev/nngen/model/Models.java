package dev.nngen.model;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resolves and types the models of a file's syntax tree. */
public final class Models {

  /** Maximum number of typings of a model for the shapes of carried values; each may determine the shape of another value. */
  private static final int MOST_ROUNDS = 8;

  private final FaultReport report;
  private final SourceLoader loader;
  private final FileScope library;
  private final Map<String, FileScope> files = new LinkedHashMap<>();

  private Models(SourceLoader loader, Diagnostics diagnostics) {
    this.report = new FaultReport(diagnostics);
    this.loader = loader;
    this.library = FileScope.library(Library.files(), report);
  }

  /**
   * Resolves and types all models of a file. Never throws for errors in the file.
   *
   * @param loader finds imported texts
   * @param diagnostics receives every error; independent ones are all reported
   * @return the models in source order; empty if there are errors
   */
  public static List<Model> resolve(SourceFile file, SourceLoader loader, Diagnostics diagnostics) {
    return new Models(loader, diagnostics).models(file);
  }

  /** Returns the names that a file can use. */
  static FileScope scope(SourceFile file, SourceLoader loader) {
    return new Models(loader, new Diagnostics()).scope(file);
  }

  private List<Model> models(SourceFile file) {
    FileScope scope = scope(file);
    List<Model> models = new ArrayList<>();
    Map<String, Item.ModelItem> first = new LinkedHashMap<>();
    for (Item item : file.items()) {
      if (item instanceof Item.ModelItem model) {
        Item.ModelItem before = first.putIfAbsent(model.name().name(), model);
        if (before != null) {
          report.error(FaultReport.definedTwice("model `" + model.name().name() + "`", model.name().span(), before.name().span()));
        }
        model(model, scope).ifPresent(models::add);
      }
    }
    NameCheck names = new NameCheck(report::intrinsic);
    for (FileScope read : files.values()) {
      read.reportAmbiguous(report);
      for (Definition definition : read.definitions()) {
        if (!report.isTyped(definition)) {
          names.check(definition);
        }
      }
    }
    return report.hasErrors() ? List.of() : models;
  }

  /**
   * Types a model. The definition of a carried value determines its shape, which typing the definition itself requires. The model is therefore typed
   * again until the shapes are the assumed ones; reports of earlier rounds are dropped.
   */
  private Optional<Model> model(Item.ModelItem item, FileScope scope) {
    Map<Integer, Block.Carry> carried = Map.of();
    for (int round = 1; ; round++) {
      FaultReport trial = report.fork();
      ModelBuilder builder = new ModelBuilder(item, scope, trial, carried);
      Optional<Model> model = builder.build();
      if (builder.carried().equals(carried) || round == MOST_ROUNDS) {
        report.adopt(trial);
        return model;
      }
      carried = builder.carried();
    }
  }

  /** Returns the file's scope with all its imports. A file that is imported several times, or in a cycle, is read once. */
  private FileScope scope(SourceFile file) {
    FileScope scope = FileScope.of(file, library, report);
    files.put(file.source().name(), scope);
    for (Item item : file.items()) {
      if (item instanceof Item.Import statement) {
        resolve(file, statement, scope);
      }
    }
    return scope;
  }

  private SourceFile parsed(Source source) {
    Diagnostics faults = new Diagnostics();
    SourceFile file = NnParser.parse(source, faults);
    report.diagnostics().reportAll(faults);
    if (faults.hasErrors()) {
      report.missImport();
    }
    return file;
  }

  private void resolve(SourceFile importing, Item.Import statement, FileScope scope) {
    SourceLoader.Found found = loader.load(importing.source(), statement.path());
    if (found instanceof SourceLoader.Problem problem) {
      report.missImport();
      report.error(ErrorCode.IMPORT, statement.span(), "cannot import \"" + statement.path() + "\": " + problem.message());
      return;
    }
    Source source = ((SourceLoader.Text) found).source();
    FileScope known = files.get(source.name());
    scope.imports(known != null ? known : scope(parsed(source)));
  }
}
