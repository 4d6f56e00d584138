package dev.nngen.samples;

import dev.nngen.ast.Item;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The paths of the model texts of this project, for tests of all of them. */
public final class Texts {

  public static final Path SAMPLES = Path.of("generated-samples");
  public static final Path EQUATIONS = SAMPLES.resolve("backpropagation");
  public static final Path MISPRINTS = EQUATIONS.resolve("misprints");
  static final Path BENCHMARKS = Path.of("src/bench/nngen/src/main/nngen");
  static final Path LIBRARY = Path.of("src/main/resources/dev/nngen/library");

  private Texts() {}

  /** All {@code .nn} files below the folder, in order of their names. */
  public static List<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".nn")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code .nn} files of the folder itself, in order of their names. */
  public static List<Path> in(Path folder) {
    return below(folder).stream().filter(file -> file.getParent().equals(folder)).toList();
  }

  /** The samples that come with data. */
  public static List<Path> withData() {
    return below(SAMPLES).stream().filter(file -> !file.startsWith(EQUATIONS)).toList();
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Source source(Path file) {
    return new Source(file.toString().replace('\\', '/'), read(file));
  }

  /** The names that a file of the library defines, in order. */
  public static List<String> definitions(String file) {
    return NnParser.parse(source(LIBRARY.resolve(file)), new Diagnostics()).items().stream().flatMap(item -> name(item).stream())
        .toList();
  }

  private static Optional<String> name(Item item) {
    if (item instanceof Item.FunctionItem function) {
      return Optional.of(function.name().name());
    }
    return item instanceof Item.BlockItem block ? Optional.of(block.name().name()) : Optional.empty();
  }
}
