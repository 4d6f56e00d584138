package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import dev.nngen.simplify.Proof;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
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
  void noNameIsDefinedTwiceAndTheReadmeHasThemAll() {
    Set<String> seen = new HashSet<>();
    String readme = Texts.read(Path.of("README.md"));
    for (String file : Texts.read(Texts.LIBRARY.resolve("index.txt")).lines().toList()) {
      for (String name : Texts.definitions(file)) {
        assertTrue(seen.add(name), () -> name + " is defined twice");
        assertTrue(readme.contains("`" + name + "`"), () -> "README.md does not have " + name);
      }
    }
    assertTrue(seen.contains("sigmoid"));
  }

  /** The models in the README are valid, and what they claim is proved. */
  @Test
  void theReadmeTellsTheTruth() {
    List<String> models = Pattern.compile("\\n\\n((?: {4}.*\\n|\\n(?= {4}))+)").matcher(Texts.read(Path.of("README.md"))).results()
        .map(block -> block.group(1)).filter(block -> block.contains("    model ")).toList();
    assertEquals(2, models.size());
    for (String model : models) {
      Programs.proofs(new Source("README.md", model)).forEach(proof -> assertInstanceOf(Proof.Proved.class, proof));
    }
  }
}
