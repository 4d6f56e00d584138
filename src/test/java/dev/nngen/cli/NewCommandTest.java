package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects of {@code nngen new} work as they are. */
class NewCommandTest {

  @TempDir
  private Path folder;

  @Test
  void theModelIsCheckedTrainedAndPredicts() {
    Path project = folder.resolve("my-net");
    assertEquals(0, Command.run("new", project).status());
    Command checked = Command.run("check", project.resolve("MyNet.nn"));
    assertEquals(0, checked.status(), checked.err());
    assertEquals("", checked.err());
    Path trained = project.resolve("trained");
    Command training = Command.run("train", project.resolve("MyNet.nn"), "--data", project.resolve("points.csv"), "-d", trained, "--epochs", "200");
    assertEquals(0, training.status(), training.err());
    Command predicted = Command.run("predict", project.resolve("MyNet.nn"), "--weights", trained.resolve("MyNet.safetensors"),
        "--data", project.resolve("points.csv"));
    assertEquals(0, predicted.status(), predicted.err());
    assertEquals(201, predicted.out().lines().count());
  }

  @Test
  void theMavenProjectIsTheDocumentedOne() throws IOException {
    Path project = folder.resolve("shop");
    Command made = Command.run("new", project, "--maven", "-p", "org.acme.shop");
    assertEquals(0, made.status(), made.err());
    assertEquals(List.of("pom.xml", "src/main/nngen/org/acme/shop/Shop.nn", "src/main/java/org/acme/shop/Main.java", "README.md"),
        made.out().lines().map(line -> project.relativize(Path.of(line)).toString()).toList());
    String pom = Files.readString(project.resolve("pom.xml"));
    assertTrue(pom.contains("<version>" + System.getProperty("ejml.version") + "</version>"), pom);
    assertTrue(Files.readString(project.resolve("src/main/java/org/acme/shop/Main.java")).startsWith("package org.acme.shop;\n"));
    assertTrue(made.out().lines().map(Path::of).noneMatch(file -> text(file).matches("(?s).*@\\w+@.*")), "a placeholder is left");
    Command generated = Command.run(project.resolve("src/main/nngen/org/acme/shop/Shop.nn"), "-p", "org.acme.shop", "-d", folder);
    assertEquals(0, generated.status(), generated.err());
  }

  @Test
  void refusesFoldersThatExistAndNamesThatAreNone() {
    assertEquals(1, Command.run("new", folder).status());
    assertEquals(2, Command.run("new", folder.resolve("1st")).status());
    assertEquals(2, Command.run("new", folder.resolve("net"), "--maven", "-p", "a.class").status());
    assertEquals(2, Command.run("new").status());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException fault) {
      throw new IllegalStateException(fault);
    }
  }
}
