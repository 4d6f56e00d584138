package dev.nngen.maven;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.compiler.SourceReader;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.model.ProjectFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An execution of a goal over a project's model files. It compiles those that changed since the last build, or whose imports or settings did. Then it
 * writes files that differ and deletes its earlier files that are no longer generated. After an error it writes and deletes nothing.
 */
final class IncrementalRun {

  /**
   * The settings of a run.
   *
   * @param project its folder, to which remembered paths are relative
   * @param output the output folder
   * @param importRoot the folder that imports must stay in
   * @param settings everything other than the texts that the result depends on
   * @param emptyIsWarned whether to warn of a file that has no model and is not imported
   */
  record Setup(Path project, Path output, Path importRoot, String settings, boolean emptyIsWarned) {}

  /**
   * The result of a run.
   *
   * @param stale the number of model files that were compiled
   * @param changed the files that were written or deleted
   */
  record Outcome(int stale, List<Path> changed) {}

  private final Setup setup;
  private final ModelGoal goal;
  private final Manifests manifests;
  private final Reporter reporter;
  private final Diagnostics diagnostics = new Diagnostics();
  private final Map<String, Manifest.Entry> entries = new LinkedHashMap<>();
  private final List<GeneratedFile> made = new ArrayList<>();
  private final Set<String> stale = new LinkedHashSet<>();

  IncrementalRun(Setup setup, ModelGoal goal, Manifests manifests, Reporter reporter) {
    this.setup = setup;
    this.goal = goal;
    this.manifests = manifests;
    this.reporter = reporter;
  }

  /** Returns the diagnostics of the run, which the reporter shows. */
  Diagnostics diagnostics() {
    return diagnostics;
  }

  /**
   * Brings the output up to date with the model files.
   *
   * @param fatalWarnings whether warnings prevent writing as errors do
   * @return empty if a diagnostic prevents writing
   */
  Optional<Outcome> run(List<ModelFile> models, boolean fatalWarnings) throws IOException {
    Manifest before = manifests.own();
    for (ModelFile model : models) {
      bringUpToDate(model, before);
    }
    Manifest after = new Manifest(relative(setup.output), entries);
    warnOfIdleFiles(models);
    reportClashes(after);
    if (diagnostics.hasErrors() || fatalWarnings && !diagnostics.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Outcome(stale.size(), save(after)));
  }

  private void bringUpToDate(ModelFile model, Manifest before) throws IOException {
    Diagnostics own = new Diagnostics();
    Optional<Source> source = SourceReader.read(model.path(), own);
    Manifest.Entry old = before.entries().get(model.relative());
    if (source.isPresent() && old != null && before.folder().equals(relative(setup.output)) && isCurrent(model, source.get(), old)) {
      entries.put(model.relative(), old);
      return;
    }
    reporter.forget(model.path());
    stale.add(model.relative());
    source.ifPresent(text -> compile(model, text, own));
    diagnostics.reportAll(own);
  }

  private boolean isCurrent(ModelFile model, Source source, Manifest.Entry old) throws IOException {
    List<Source> imports = new ArrayList<>();
    for (String path : old.imports()) {
      Optional<Source> text = SourceReader.read(model.folder().resolve(path), new Diagnostics());
      text.ifPresent(imports::add);
    }
    return imports.size() == old.imports().size() && key(model, source, imports).equals(old.key()) && areIntact(old.outputs());
  }

  private boolean areIntact(List<Manifest.Output> outputs) throws IOException {
    for (Manifest.Output output : outputs) {
      if (!Manifests.isIntact(setup.output.resolve(output.path()), output)) {
        return false;
      }
    }
    return true;
  }

  private void compile(ModelFile model, Source source, Diagnostics own) {
    RecordingLoader imports = new RecordingLoader(new ProjectFiles(setup.importRoot));
    List<GeneratedFile> files = goal.make(model, source, imports, own);
    files.stream().filter(file -> !made.contains(file)).forEach(made::add);
    entries.put(model.relative(), new Manifest.Entry(key(model, source, imports.loaded()),
        imports.loaded().stream().map(text -> Manifests.relative(model.folder(), Path.of(text.name()))).toList(), files.stream().map(Manifest::output).toList()));
  }

  private String key(ModelFile model, Source source, List<Source> imports) {
    Fingerprint key = new Fingerprint().add(setup.settings).add(model.relative()).add(source.text());
    imports.forEach(text -> key.add(text.text()));
    return key.text();
  }

  /** Warns of files without models that no other file imports. */
  private void warnOfIdleFiles(List<ModelFile> models) {
    if (!setup.emptyIsWarned || diagnostics.hasErrors()) {
      return;
    }
    Set<Path> imported = new LinkedHashSet<>();
    models.forEach(model -> entries.get(model.relative()).imports().forEach(path -> imported.add(model.folder().resolve(path).normalize())));
    models.stream().filter(model -> stale.contains(model.relative()) && entries.get(model.relative()).outputs().isEmpty()
        && !imported.contains(model.path())).forEach(model -> diagnostics.report(Diagnostic.withoutPlace(ErrorCode.NO_MODEL,
            model.path() + ": no model in this file, and no other file imports it")));
  }

  /**
   * Reports models of one name, which would be one file, and names that differ only in case, which are equal on some file systems. The shared class
   * of a package belongs to all of its models.
   */
  private void reportClashes(Manifest after) throws IOException {
    Map<String, String> paths = new LinkedHashMap<>();
    Set<Manifest.Output> known = new LinkedHashSet<>();
    after.entries().forEach((model, entry) -> entry.outputs().forEach(output -> {
      String other = paths.putIfAbsent(output.path().toLowerCase(Locale.ROOT), model);
      if (!known.add(output)) {
        return;
      }
      if (other != null) {
        diagnostics.report(Diagnostic.withoutPlace(ErrorCode.DUPLICATE_NAME,
            "models of " + other + " and " + model + " would both be written to " + output.path()));
      }
    }));
    manifests.contested(after).forEach((path, execution) -> diagnostics.report(Diagnostic.withoutPlace(ErrorCode.DUPLICATE_NAME,
        path + " is also written by the execution '" + execution + "', with other contents; set different outputDirectory parameters")));
  }

  private List<Path> save(Manifest after) throws IOException {
    List<Path> changed = new ArrayList<>(new OutputFolder(setup.output).write(made));
    changed.addAll(manifests.replaceOwn(after, setup.output));
    return changed;
  }

  /** Returns the path relative to the project if possible, so that a moved project is still up to date. */
  private String relative(Path path) {
    return Manifests.relative(setup.project, path);
  }
}
