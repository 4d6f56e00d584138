package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a project of its own, where {@code mvn} and {@code java} only say that they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final String MVN = """
      #!/bin/sh
      echo built
      mkdir -p target/launcher
      : >target/nngen-maven-plugin-1.jar
      printf x.jar >target/launcher/classpath
      """;
  private static final String JAVA = """
      #!/bin/sh
      case "$*" in
        *-version*) echo "    java.specification.version = VERSION" >&2 ;;
        *ArchiveClassesAtExit=*)
          for word; do case $word in *ArchiveClassesAtExit=*) : >"${word#*=}" ;; esac; done ;;
        *) while [ "$1" != dev.nngen.cli.Main ]; do shift; done
           shift
           for word; do printf '<%s>' "$word"; done
           echo; exit 7 ;;
      esac
      """;

  @TempDir
  private Path folder;
  private Path project;
  private Path tools;

  private record Run(int status, String out, String err) {}

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(folder.resolve("a project/with spaces"));
    tools = Files.createDirectory(folder.resolve("tools"));
    Files.copy(Path.of("nngen"), project.resolve("nngen"));
    for (String sources : List.of("src/main", "grammar")) {
      Files.createDirectories(project.resolve(sources));
    }
    Files.writeString(project.resolve("pom.xml"), "");
    tool("mvn", MVN);
    tool("java", JAVA.replace("VERSION", "17"));
  }

  private void tool(String name, String script) throws IOException {
    Path file = Files.writeString(tools.resolve(name), script);
    assertTrue(file.toFile().setExecutable(true));
  }

  private Map<String, String> environment = Map.of();

  private Run run(Path launcher, String... args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("bash", launcher.toString()));
    words.addAll(List.of(args));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void buildsOnceAndPassesArgumentsAndStatusOn() throws IOException, InterruptedException {
    Run first = run(project.resolve("nngen"), "a b", "", "*");
    assertEquals(new Run(7, "<a b><><*>\n", first.err()), first);
    assertTrue(first.err().startsWith("nngen: building in ") && first.err().endsWith("built\n"), first.err());
    assertEquals(new Run(7, "<c>\n", ""), run(project.resolve("nngen"), "c"));
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws IOException, InterruptedException {
    run(project.resolve("nngen"));
    Path source = Files.writeString(project.resolve("src/main/A.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertTrue(run(project.resolve("nngen")).err().contains("built"));
  }

  @Test
  void worksThroughLinks() throws IOException, InterruptedException {
    Path inner = Files.createSymbolicLink(project.resolve("relative"), Path.of("nngen"));
    Path outer = Files.createSymbolicLink(folder.resolve("link"), inner);
    assertEquals("<x>\n", run(outer, "x").out());
    assertTrue(Files.exists(project.resolve("target/launcher/built")));
  }

  @Test
  void saysWhatIsMissing() throws IOException, InterruptedException {
    tool("java", JAVA.replace("VERSION", "1.8"));
    Run old = run(project.resolve("nngen"));
    assertEquals(2, old.status());
    assertEquals("nngen: " + tools.resolve("java") + " is Java 1.8; nngen needs 17 or later\n", old.err());
    tool("java", JAVA.replace("VERSION", "21"));
    tool("mvn", "#!/bin/sh\necho no good; exit 1\n");
    Run broken = run(project.resolve("nngen"));
    assertEquals(2, broken.status());
    assertEquals("", broken.out());
    assertTrue(broken.err().endsWith("no good\nnngen: the build failed\n"), broken.err());
    tool("mvn", MVN);
    assertEquals("<x>\n", run(project.resolve("nngen"), "x").out());
  }

  @Test
  void saysWhyItBuilds() throws IOException, InterruptedException {
    assertTrue(run(project.resolve("nngen")).err().contains("first use"));
    Path source = Files.writeString(project.resolve("src/main/A.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertTrue(run(project.resolve("nngen")).err().contains("its sources have changed"));
  }

  private Path release() throws IOException {
    Path release = folder.resolve("a release");
    Files.createDirectories(release.resolve("lib"));
    Files.writeString(release.resolve("lib/nngen.jar"), "");
    Files.createDirectory(release.resolve("bin"));
    return Files.copy(Path.of("nngen"), release.resolve("bin/nngen"));
  }

  @Test
  void aReleaseBuildsNothingAndCachesInTheUsersFolder() throws IOException, InterruptedException {
    Path launcher = release();
    environment = Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    assertEquals(new Run(7, "<a b>\n", ""), run(launcher, "a b"));
    try (Stream<Path> cached = Files.walk(folder.resolve("cache"))) {
      assertEquals(List.of("classes.jsa", "java"), cached.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals(new Run(7, "<c>\n", ""), run(Files.createSymbolicLink(folder.resolve("link"), launcher), "c"));
  }

  @Test
  void aReleaseRunsWithoutACache() throws IOException, InterruptedException {
    Path launcher = release();
    environment = Map.of("XDG_CACHE_HOME", Files.writeString(folder.resolve("file"), "").toString());
    assertEquals(new Run(7, "<x>\n", ""), run(launcher, "x"));
  }

  @Test
  void theWindowsLauncherStartsJavaAsThisOneDoes() throws IOException {
    String windows = Files.readString(Path.of("src/main/release/nngen.cmd"));
    assertEquals(windows.lines().count(), windows.split("\r\n").length, "lines end with CR LF");
    String bash = Files.readString(Path.of("nngen"));
    Matcher options = Pattern.compile("-X[\\w:+=]+").matcher(bash.substring(bash.indexOf("common="), bash.indexOf("if ! is_archived")));
    while (options.find()) {
      assertTrue(windows.contains(options.group()), options.group());
    }
    for (String word : List.of("-XX:SharedArchiveFile=", "-XX:ArchiveClassesAtExit=", "dev.nngen.cli.Main %*", "--add-modules jdk.incubator.vector")) {
      assertTrue(windows.contains(word), word);
    }
  }
}
