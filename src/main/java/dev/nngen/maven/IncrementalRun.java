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
 * One execution of a goal over a project's model files. Compiles those that changed since the last build, or whose imports or
 * settings did; then writes what differs and deletes what it wrote earlier and is no longer made. Writes and deletes nothing where
 * there is an error.
 */
final class IncrementalRun {

  /**
   * What a run works with.
   *
   * @param project its folder, to which remembered paths are relative
   * @param output where files are written
   * @param importRoot the folder that imports may not leave
   * @param settings everything beside the texts that the result depends on
   * @param emptyIsWarned whether a file should be mentioned that holds no model and is imported by none
   */
  record Setup(Path project, Path output, Path importRoot, String settings, boolean emptyIsWarned) {}

  /**
   * What a run did.
   *
   * @param stale how many model files were compiled
   * @param changed the files that were written anew or deleted
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

  /** What was reported during the run; the reporter shows it. */
  Diagnostics diagnostics() {
    return diagnostics;
  }

  /**
   * Brings the output up to date with the model files.
   *
   * @param fatalWarnings whether warnings prevent writing as errors do
   * @return empty where something was reported that prevents writing
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

  /** A file of definitions only is no mistake where another imports it. */
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
   * Two models of one name would be one file; so would names that differ in case only, on some file systems. What classes of a package
   * share comes from each of their models.
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
        path + " is also written by the execution '" + execution + "', with other contents; give one another outputDirectory")));
  }

  private List<Path> save(Manifest after) throws IOException {
    List<Path> changed = new ArrayList<>(new OutputFolder(setup.output).write(made));
    changed.addAll(manifests.replaceOwn(after, setup.output));
    return changed;
  }

  /** Below the project where that is possible, so that a project that moved is still up to date. */
  private String relative(Path path) {
    return Manifests.relative(setup.project, path);
  }
}
