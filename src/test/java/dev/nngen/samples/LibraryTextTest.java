package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostics;
import dev.nngen.parse.NnParser;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
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
  void noNameIsDefinedTwiceAndTheManualHasThemAll() {
    Set<String> seen = new HashSet<>();
    String manual = Texts.read(Path.of("docs/library.md"));
    for (String file : Texts.read(Texts.LIBRARY.resolve("index.txt")).lines().toList()) {
      for (String name : Texts.definitions(file)) {
        assertTrue(seen.add(name), () -> name + " is defined twice");
        assertTrue(manual.contains("`" + name + "`"), () -> "docs/library.md does not have " + name);
      }
    }
    assertTrue(seen.contains("sigmoid"));
  }
}
