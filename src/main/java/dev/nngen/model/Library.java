package dev.nngen.model;

import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The functions, layers, initializers and optimizers of the library, which are written in the language. */
final class Library {

  private static final String FOLDER = "/dev/nngen/library/";

  private Library() {}

  /** Returns the syntax trees of the files that {@code index.txt} lists, in its order; they are read once. */
  static List<SourceFile> files() {
    return Holder.FILES;
  }

  private static final class Holder {
    static final List<SourceFile> FILES = read();
  }

  private static List<SourceFile> read() {
    List<SourceFile> files = new ArrayList<>();
    for (String name : text("index.txt").lines().filter(line -> !line.isBlank()).toList()) {
      Diagnostics diagnostics = new Diagnostics();
      files.add(NnParser.parse(new Source("library/" + name, text(name)), diagnostics));
      if (diagnostics.hasErrors()) {
        throw new IllegalStateException("library/" + name + " does not parse: " + diagnostics.sorted());
      }
    }
    return List.copyOf(files);
  }

  private static String text(String name) {
    try (InputStream in = Library.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("the compiler's library lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
