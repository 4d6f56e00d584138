package dev.nngen.model;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The functions and sizes that a file's text may name. Its own take precedence over those of its imports, then the library, then built-in ones. */
final class FileScope {

  private final SourceFile file;
  private final FileScope library;
  private final List<FileScope> imports = new ArrayList<>();
  private final Map<String, Definition> own = new LinkedHashMap<>();
  private final Map<String, SizeDecl> sizes = new LinkedHashMap<>();
  private Optional<Boolean> rows = Optional.empty();
  private Optional<Boolean> single = Optional.empty();

  private FileScope(SourceFile file, FileScope library) {
    this.file = file;
    this.library = library;
  }

  /** Returns the scope of the library, whose files see each other. */
  static FileScope library(List<SourceFile> files, FaultReport report) {
    FileScope scope = new FileScope(null, null);
    files.forEach(f -> scope.declareAll(f, report));
    return scope;
  }

  /** Returns the scope of a user's file, without its imports. */
  static FileScope of(SourceFile file, FileScope library, FaultReport report) {
    FileScope scope = new FileScope(file, library);
    scope.declareAll(file, report);
    return scope;
  }

  /** Returns whether the file requests f32; empty if it does not specify a precision. */
  Optional<Boolean> singlePrecision() {
    return single;
  }

  void imports(FileScope other) {
    imports.add(other);
  }

  boolean isLibrary() {
    return library == null;
  }

  SourceFile file() {
    return file;
  }

  /** Returns whether the file's layers have a sample per row; empty if it does not specify this. */
  Optional<Boolean> rows() {
    return rows;
  }

  Optional<Callee> callee(String name) {
    Optional<Callee> found = firstOf(s -> s.own.get(name)).map(d -> (Callee) d);
    return found.isPresent() ? found : Builtin.named(name).map(b -> (Callee) b);
  }

  Optional<SizeDecl> size(String name) {
    return firstOf(s -> s.sizes.get(name));
  }

  /** Returns the definitions of this file. */
  Iterable<Definition> definitions() {
    return own.values();
  }

  /** Returns all names that can be called, for suggestions. */
  Set<String> callable() {
    Set<String> names = new LinkedHashSet<>();
    visible().forEach(s -> names.addAll(s.own.keySet()));
    Builtin.names().forEach(names::add);
    return names;
  }

  Set<String> sizeNames() {
    Set<String> names = new LinkedHashSet<>();
    visible().forEach(s -> names.addAll(s.sizes.keySet()));
    return names;
  }

  private <T> Optional<T> firstOf(Function<FileScope, T> lookup) {
    return visible().stream().map(lookup).filter(Objects::nonNull).findFirst();
  }

  /** Returns this file, then its imports and theirs, then the library. */
  private Set<FileScope> visible() {
    Set<FileScope> all = new LinkedHashSet<>();
    collect(all);
    if (library != null) {
      all.add(library);
    }
    return all;
  }

  private void collect(Set<FileScope> all) {
    if (all.add(this)) {
      imports.forEach(s -> s.collect(all));
    }
  }

  /** Reports names that two imports define, unless this file defines the name, or one of the two imports the other and thus hides its definition. */
  void reportAmbiguous(FaultReport report) {
    Map<String, FileScope> first = new LinkedHashMap<>();
    for (FileScope scope : visible()) {
      if (!scope.isLibrary()) {
        scope.places().forEach((name, place) -> {
          FileScope before = first.putIfAbsent(name, scope);
          if (before != null && !before.reaches(scope)) {
            report.intrinsic(Diagnostic.of(ErrorCode.DUPLICATE_NAME, place, "two imports define `" + name + "`")
                .note(before.places().get(name), "first here")
                .help("rename one of them, or define `" + name + "` in the file that imports both"));
          }
        });
      }
    }
  }

  private boolean reaches(FileScope other) {
    Set<FileScope> all = new LinkedHashSet<>();
    collect(all);
    return all.contains(other);
  }

  private Map<String, Span> places() {
    Map<String, Span> places = new LinkedHashMap<>();
    own.forEach((name, definition) -> places.put(name, definition.place()));
    sizes.forEach((name, size) -> places.put(name, size.name().span()));
    return places;
  }

  private void declareAll(SourceFile source, FaultReport report) {
    Map<String, Span> first = new LinkedHashMap<>();
    for (Item item : source.items()) {
      if (item instanceof Item.Setting setting) {
        setting(setting.statement(), first, report);
      } else if (item instanceof Item.FunctionItem || item instanceof Item.BlockItem) {
        Definition definition = new Definition(item, this);
        if (isFirst(definition.label(), definition.place(), first, report)) {
          own.put(definition.label(), definition);
        }
        Map<String, Span> parameters = new LinkedHashMap<>();
        definition.parameters().forEach(p -> isFirst(p.name().name(), p.name().span(), parameters, report));
      }
    }
  }

  private void setting(Statement statement, Map<String, Span> first, FaultReport report) {
    if (statement instanceof SizeDecl size && isFirst(size.name().name(), size.name().span(), first, report)) {
      sizes.put(size.name().name(), size);
    } else if (statement instanceof Statement.Samples samples) {
      rows = Settings.rows(samples, report);
    } else if (statement instanceof Statement.Precision precision) {
      single = Settings.single(precision, report);
    }
  }

  private static boolean isFirst(String name, Span place, Map<String, Span> first, FaultReport report) {
    Span before = first.putIfAbsent(name, place);
    if (before != null) {
      report.intrinsic(FaultReport.definedTwice("`" + name + "`", place, before));
    }
    return before == null;
  }
}
