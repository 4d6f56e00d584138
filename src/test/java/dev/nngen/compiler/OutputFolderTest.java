package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {

  @TempDir
  private Path folder;

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(p -> folder.relativize(p).toString()).sorted().toList();
    }
  }

  @Test
  void writesFilesInFoldersThatDoNotExistYet() throws IOException {
    Path out = folder.resolve("a/b");
    List<Path> written = new OutputFolder(out).write(List.of(new GeneratedFile("p/q/A.java", "A\n"), new GeneratedFile("B.java", "\u00e9")));
    assertEquals(List.of(out.resolve("p/q/A.java"), out.resolve("B.java")), written);
    assertEquals("\u00e9", Files.readString(written.get(1)));
    assertEquals(List.of("a/b/B.java", "a/b/p/q/A.java"), files());
  }

  @Test
  void leavesFilesAloneThatHoldTheSame() throws IOException {
    GeneratedFile file = new GeneratedFile("A.java", "text");
    Path place = new OutputFolder(folder).write(List.of(file)).get(0);
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(place, old);
    assertEquals(List.of(place), new OutputFolder(folder).write(List.of(file)));
    assertEquals(old, Files.getLastModifiedTime(place));
    new OutputFolder(folder).write(List.of(new GeneratedFile("A.java", "next")));
    assertEquals("next", Files.readString(place));
  }

  @Test
  void writesNothingWhereOneFileCannotBeWritten() throws IOException {
    Files.createDirectories(folder.resolve("B.java/in-the-way"));
    assertThrows(IOException.class,
        () -> new OutputFolder(folder).write(List.of(new GeneratedFile("A.java", "A"), new GeneratedFile("B.java", "B"))));
    assertEquals(List.of(), files());
  }

  @Test
  void writesNowhereElse() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(out.resolve("link"), elsewhere);
    for (String path : List.of("../A.java", "x/../../A.java", elsewhere + "/A.java", "link/A.java")) {
      assertThrows(IOException.class, () -> new OutputFolder(out).write(List.of(new GeneratedFile(path, "A"))), path);
    }
    assertEquals(List.of(), files());
  }

  @Test
  void replacesALinkAndNotWhatItLeadsTo() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.createSymbolicLink(out.resolve("A.java"), victim);
    new OutputFolder(out).write(List.of(new GeneratedFile("A.java", "A")));
    assertEquals("precious", Files.readString(victim));
    assertFalse(Files.isSymbolicLink(out.resolve("A.java")));
    assertTrue(Files.isRegularFile(out.resolve("A.java")));
  }
}
