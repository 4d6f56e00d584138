package dev.nngen.maven;

import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the imported files, so that a change in one of them makes the model stale. */
final class RecordingLoader implements SourceLoader {

  private final SourceLoader loader;
  private final Map<String, Source> loaded = new LinkedHashMap<>();

  RecordingLoader(SourceLoader loader) {
    this.loader = loader;
  }

  @Override
  public Found load(Source importing, String path) {
    Found found = loader.load(importing, path);
    if (found instanceof Text text) {
      loaded.putIfAbsent(text.source().name(), text.source());
    }
    return found;
  }

  /** Returns the imported sources, in source order. */
  List<Source> loaded() {
    return List.copyOf(loaded.values());
  }
}
