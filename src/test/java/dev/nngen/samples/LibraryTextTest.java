package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.Item;
import dev.nngen.diag.Diagnostics;
import dev.nngen.parse.NnParser;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The library and the samples are valid text of the language. */
class LibraryTextTest {

  static Stream<Path> texts() {
    return Stream.concat(Texts.below(Texts.LIBRARY).stream(), Texts.below(Texts.SAMPLES).stream());
  }

  @ParameterizedTest
  @MethodSource("texts")
  void parses(Path file) {
    Diagnostics diagnostics = new Diagnostics();
    NnParser.parse(Texts.source(file), diagnostics);
    assertEquals(List.of(), diagnostics.sorted());
  }

  @Test
  void theIndexListsEveryFileOfTheLibrary() {
    List<String> files = Texts.below(Texts.LIBRARY).stream().map(file -> file.getFileName().toString()).toList();
    List<String> index = Texts.read(Texts.LIBRARY.resolve("index.txt")).lines().toList();
    assertEquals(Set.copyOf(files), Set.copyOf(index));
    assertEquals(files.size(), index.size());
  }

  @Test
  void noNameIsDefinedTwice() {
    Set<String> seen = new HashSet<>();
    for (Path file : Texts.below(Texts.LIBRARY)) {
      for (Item item : NnParser.parse(Texts.source(file), new Diagnostics()).items()) {
        name(item).ifPresent(name -> assertTrue(seen.add(name), () -> name + " is defined twice"));
      }
    }
    assertTrue(seen.contains("sigmoid"));
  }

  private static Optional<String> name(Item item) {
    if (item instanceof Item.FunctionItem function) {
      return Optional.of(function.name().name());
    }
    return item instanceof Item.BlockItem block ? Optional.of(block.name().name()) : Optional.empty();
  }
}
