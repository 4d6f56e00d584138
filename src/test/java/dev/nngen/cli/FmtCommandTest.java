package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FmtCommandTest {

  @TempDir
  private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void formatsInPlaceAndNamesWhatChanges() throws IOException {
    Path loose = file("loose.nn", "size h=4;\n");
    Path tidy = file("tidy.nn", "size h = 4;\n");
    Command run = Command.run("fmt", loose, tidy);
    assertEquals(0, run.status());
    assertEquals(loose + System.lineSeparator(), run.out());
    assertEquals("size h = 4;\n", Files.readString(loose));
  }

  @Test
  void checkWritesNothing() throws IOException {
    Path loose = file("loose.nn", "size h=4;\n");
    Command run = Command.run("fmt", "--check", loose);
    assertEquals(1, run.status());
    assertEquals(loose + System.lineSeparator(), run.out());
    assertEquals("size h=4;\n", Files.readString(loose));
    Command.run("fmt", loose);
    assertEquals(new Command(0, "", ""), Command.run("fmt", "--check", loose));
  }

  @Test
  void aFaultyFileStaysAndOthersAreFormatted() throws IOException {
    Path faulty = file("faulty.nn", "size h=;\n");
    Path loose = file("loose.nn", "size h=4;\n");
    Command run = Command.run("fmt", faulty, loose);
    assertEquals(1, run.status());
    assertTrue(run.err().contains("error[E005]"), run.err());
    assertEquals("size h=;\n", Files.readString(faulty));
    assertEquals("size h = 4;\n", Files.readString(loose));
  }
}
