package dev.nngen.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All code in documents compiles, all commands run and print what the documents say, and all links lead somewhere. */
@Slow
class ManualTest {

  private static final Set<String> LANGUAGES = Set.of("nn", "console", "java", "csv", "sh", "xml", "groovy", "text", "diff");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#[^)]*)?\\)");

  @TempDir
  private Path folder;

  static List<Document> documents() throws IOException {
    return Document.written();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void codeRuns(Document document) throws IOException {
    Example example = new Example(folder);
    for (Document.Block block : document.blocks()) {
      assertTrue(LANGUAGES.contains(block.language()), block + " has no known language");
      example.run(block);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Document document) {
    Path base = document.file().toAbsolutePath().getParent();
    LINK.matcher(document.text()).results().map(link -> link.group(1)).filter(target -> !target.isEmpty())
        .forEach(target -> assertTrue(Files.exists(base.resolve(target)), document + ": " + target));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void fencesAreClosed(Document document) {
    assertEquals(0, document.text().lines().filter(line -> line.startsWith("```")).count() % 2);
  }
}
