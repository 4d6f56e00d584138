package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.samples.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the Gradle example, without Gradle: its arguments generate classes in the build's folders, and its versions are the project's. */
class GradleExampleTest {

  private final String example = find("(?s)```groovy\n(.*?)```", Texts.read(Path.of("docs/maven.md")));

  private static String find(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }

  private static List<String> quoted(String text) {
    return Pattern.compile("'([^']*)'").matcher(text).results().map(word -> word.group(1)).toList();
  }

  @Test
  void theArgumentsGenerate(@TempDir Path folder) throws IOException {
    Path model = Files.writeString(folder.resolve("net.nn"), "model Net { input X[2]; target Y; P = dense(X, 1); minimize J = mean(halfsquared(P, Y)); train adam(); }");
    List<Object> arguments = new ArrayList<>(List.of(model));
    arguments.addAll(quoted(find("args models.files.collect \\{ it.path } \\+ \\[(.*), generated.get\\(\\).asFile.path]", example)));
    arguments.add(folder);
    assertEquals(0, Command.run(arguments.toArray()).status());
    assertTrue(Files.isRegularFile(folder.resolve("com/example/Net.java")));
  }

  @Test
  void optionsOfJavaAreTheLaunchers() {
    String launcher = Texts.read(Path.of("nngen"));
    quoted(find("jvmArgs (.*)", example)).forEach(option -> assertTrue(launcher.contains(option), option));
  }

  @Test
  void theLibraryIsTheProjects() {
    String version = find("'org.ejml:ejml-ddense:([^']*)'", example);
    assertEquals(find("<ejml.version>(.*?)</ejml.version>", Texts.read(Path.of("pom.xml"))), version);
  }
}
