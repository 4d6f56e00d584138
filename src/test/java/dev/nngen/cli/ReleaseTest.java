package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release that {@code mvn package} makes, unpacked and run. */
@Slow
class ReleaseTest {

  private static final Path ZIP = Path.of("target/nngen-" + Version.current() + ".zip");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)(?:#[^)]*)?\\)");
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir
  private Path folder;
  private Path release;

  @BeforeEach
  void unpack() throws IOException {
    assumeTrue(Files.exists(ZIP), "mvn package makes the release");
    try (InputStream in = Files.newInputStream(ZIP); ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path place = folder.resolve(entry.getName());
        assertTrue(place.startsWith(folder));
        if (entry.isDirectory()) {
          Files.createDirectories(place);
        } else {
          Files.createDirectories(place.getParent());
          Files.copy(zip, place);
        }
      }
    }
    release = folder.resolve("nngen-" + Version.current());
  }

  private String run(String... words) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    Process process = builder.start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), Files.readString(out));
    return Files.readString(out);
  }

  @Test
  void runsByItsLauncherAndByJar() throws IOException, InterruptedException {
    String version = "nngen " + Version.current() + "\n";
    String launcher = release.resolve("bin/nngen").toString();
    assertEquals(version, run("bash", launcher, "--version"));
    assertTrue(Files.exists(folder.resolve("cache/nngen/" + Version.current() + "/classes.jsa")));
    assertEquals(version, run(JAVA, "-jar", release.resolve("lib/nngen.jar").toString(), "--version"));
    assertEquals("Xor.java\n", run("bash", launcher, release.resolve("generated-samples/xor/xor.nn").toString()));
  }

  @Test
  void holdsWhatAReleaseHolds() {
    for (String file : List.of("LICENSE", "THIRD-PARTY.md", "README.md", "bin/nngen.cmd", "docs/tutorial.md", "generated-samples/xor/xor.csv")) {
      assertTrue(Files.exists(release.resolve(file)), file);
    }
  }

  /** Only the document of the benchmarks leads to sources, which are left out. */
  @Test
  void linksOfDocumentsLeadToFiles() throws IOException {
    try (Stream<Path> files = Files.walk(release)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        LINK.matcher(Files.readString(file)).results().map(link -> file.resolveSibling(link.group(1)).normalize())
            .filter(target -> !file.startsWith(release.resolve("src/bench"))).forEach(target -> assertTrue(Files.exists(target), file + ": " + target));
      }
    }
  }
}
