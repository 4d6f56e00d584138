package dev.nngen.lsp;

import dev.nngen.diag.Source;
import dev.nngen.model.ProjectFiles;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All open documents of the client. Imports read their texts in preference to files. */
final class OpenFiles {

  private final Map<String, OpenFile> byUri = new ConcurrentHashMap<>();
  private final List<Path> roots = new ArrayList<>();

  /** Adds a folder of the workspace, below which imports may be. */
  void root(String uri) {
    path(uri).ifPresent(roots::add);
  }

  OpenFile open(String uri, String text) {
    Optional<Path> path = path(uri);
    SourceLoader loader = path.map(this::loader).orElse(SourceLoader.NONE);
    OpenFile file = new OpenFile(uri, path.map(Path::toString).orElse("untitled.nn"), text, loader);
    byUri.put(uri, file);
    return file;
  }

  void close(String uri) {
    byUri.remove(uri);
  }

  /**
   * @throws IllegalArgumentException if the document is not open
   */
  OpenFile get(String uri) {
    return Optional.ofNullable(byUri.get(uri)).orElseThrow(() -> new IllegalArgumentException(uri + " is not open"));
  }

  Collection<OpenFile> all() {
    return byUri.values();
  }

  private SourceLoader loader(Path file) {
    Path folder = roots.stream().filter(file::startsWith).findFirst().orElse(file.getParent());
    SourceLoader files = new ProjectFiles(folder);
    return (importing, path) -> {
      SourceLoader.Found found = files.load(importing, path);
      return found instanceof SourceLoader.Text text ? new SourceLoader.Text(current(text.source())) : found;
    };
  }

  private Source current(Source source) {
    Path path = Path.of(source.name()).toAbsolutePath().normalize();
    return all().stream().filter(open -> path(open.uri()).filter(path::equals).isPresent()).findFirst()
        .map(open -> new Source(source.name(), open.text())).orElse(source);
  }

  /** Returns the file of a URI, empty for texts that are not saved. */
  static Optional<Path> path(String uri) {
    try {
      URI parsed = URI.create(uri);
      return "file".equals(parsed.getScheme()) ? Optional.of(Path.of(parsed).toAbsolutePath().normalize()) : Optional.empty();
    } catch (IllegalArgumentException notAFile) {
      return Optional.empty();
    }
  }

  /** Returns the URI of a text: of the open document of that name, of a file, or of a copy of a library file. */
  String uri(Source source) throws IOException {
    Optional<OpenFile> open = all().stream().filter(file -> file.name().equals(source.name())).findFirst();
    if (open.isPresent()) {
      return open.get().uri();
    }
    Path file = Path.of(source.name());
    return (Files.exists(file) ? file : LibraryCopy.of(source)).toUri().toString();
  }
}
