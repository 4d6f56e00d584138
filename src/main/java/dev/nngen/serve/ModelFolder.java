package dev.nngen.serve;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.OutputFolder;
import dev.nngen.compiler.SourceReader;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.FileFault;
import dev.nngen.diag.Source;
import dev.nngen.model.ProjectFiles;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The model files of a folder and its subfolders. Reads and writes no other files. */
final class ModelFolder {

  private static final int MOST_FILES = 500;
  private static final int DEEPEST = 8;

  private final Path folder;

  ModelFolder(Path folder) throws IOException {
    this.folder = folder.toRealPath();
  }

  /** Returns the paths of the model files in the folder, without hidden folders, {@code target} and targets of links. */
  List<String> list() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    Files.walkFileTree(folder, Set.of(), DEEPEST, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path place, BasicFileAttributes attributes) {
        String name = place.getFileName() == null ? "" : place.getFileName().toString();
        boolean hidden = !place.equals(folder) && (name.startsWith(".") || name.equals("target") || name.equals("node_modules"));
        return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile() && file.toString().endsWith(".nn")) {
          found.add(folder.relativize(file).toString().replace('\\', '/'));
        }
        return found.size() < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException fault) {
        return FileVisitResult.CONTINUE;
      }
    });
    return List.copyOf(found);
  }

  /** Returns the text of a file. */
  String read(String path) throws Refusal, IOException {
    Path file = place(path);
    if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(folder)) {
      throw new Refusal(404, "there is no file " + path + " in the folder");
    }
    Diagnostics faults = new Diagnostics();
    Optional<Source> source = SourceReader.read(file, faults);
    return source.orElseThrow(() -> new Refusal(400, faults.sorted().get(0).message())).text();
  }

  void write(String path, String text) throws Refusal {
    place(path);
    try {
      new OutputFolder(folder).write(List.of(new GeneratedFile(path, text)));
    } catch (IOException fault) {
      throw new Refusal(400, FileFault.unwritable(fault));
    }
  }

  /** Returns the name of a text, relative to which its imports are resolved. */
  String name(String path) throws Refusal {
    return place(path).toString();
  }

  SourceLoader loader() {
    return new ProjectFiles(folder);
  }

  private Path place(String path) throws Refusal {
    try {
      Path place = folder.resolve(path).normalize();
      if (path.endsWith(".nn") && !Path.of(path).isAbsolute() && place.startsWith(folder) && path.indexOf('\0') < 0) {
        return place;
      }
    } catch (InvalidPathException invalid) {
      // Refused below.
    }
    throw new Refusal(400, "a model file is `name.nn` in the folder");
  }
}
