package dev.nngen.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nngen.Slow;
import dev.nngen.cli.Commands;
import dev.nngen.samples.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same files, options and seed give the same bytes, at any place and time. */
@Slow
class DeterminismTest {

  private static final List<Path> MODELS = Texts.withData();

  @TempDir
  private static Path shared;
  private static Map<String, String> expected;

  @TempDir
  private Path folder;

  /** The expected result. */
  @BeforeAll
  static void generate() throws IOException {
    expected = generated(shared.resolve("here"));
  }

  static List<List<String>> surroundings() {
    return List.of(List.of("-Duser.language=tr", "-Duser.country=TR", "-Dfile.encoding=ISO-8859-9"),
        List.of("-Duser.language=ar", "-Duser.country=EG", "-Duser.extensions=u-nu-arab", "-Duser.timezone=Asia/Kathmandu"),
        List.of("-Duser.language=de", "-Duser.country=DE", "-Dfile.encoding=US-ASCII", "-Duser.timezone=Pacific/Apia"));
  }

  /** All that computes numbers in training is interpreted; the compilers, nngen's and Java's, need not be. */
  private static final List<String> INTERPRETED = List.of("-XX:CompileCommand=quiet", "-XX:CompileCommand=exclude,Iris*::*",
      "-XX:CompileCommand=exclude,dev.nngen.train.*::*", "-XX:CompileCommand=exclude,org.ejml.*::*", "-XX:CompileCommand=exclude,java.lang.Math::*", "-XX:CompileCommand=exclude,java.lang.StrictMath::*");

  /** Classes of all samples, and the derivation of one. */
  private static Map<String, String> generated(Path out) throws IOException {
    Commands.quiet(generate(out));
    Commands.quiet(explain(out));
    return contents(out);
  }

  private static List<Object> generate(Path out) {
    List<Object> words = new ArrayList<>(MODELS);
    words.addAll(List.of("-d", out, "--kernels", "vector"));
    return words;
  }

  private static List<Object> explain(Path out) {
    return List.of("explain", "generated-samples/iris/iris.nn", "--format", "html", "-o", out.resolve("iris.html"));
  }

  private static Map<String, String> contents(Path out) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.toList()) {
        // Reports show the command, of which the folder is a part.
        contents.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1).replace(out.toString(), "OUT"));
      }
    }
    return contents;
  }

  private Map<String, String> generatedBy(String java, List<String> options) throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, "out");
    for (List<Object> words : List.of(generate(out), explain(out))) {
      Child.Result result = Child.run(folder, Child.command(java, options, Child.MAIN, words.toArray()));
      assertEquals(0, result.status(), result.err());
    }
    return contents(out);
  }

  @ParameterizedTest
  @MethodSource("surroundings")
  void localesCharsetsAndTimeZonesChangeNothing(List<String> options) throws IOException, InterruptedException {
    assertEquals(expected, generatedBy(Child.java(), options));
  }

  @Test
  void threadsChangeNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Callable<Map<String, String>>> runs = new ArrayList<>();
    for (int run = 0; run < 4; run++) {
      Path out = folder.resolve("run" + run);
      runs.add(() -> generated(out));
    }
    for (var run : threads.invokeAll(runs)) {
      assertEquals(expected, run.get());
    }
    threads.shutdown();
  }

  @Test
  void laterJavasGenerateTheSame() throws IOException, InterruptedException {
    Optional<Path> java = laterJava();
    assumeTrue(java.isPresent(), "skipped: no JDK 25 at -Dnngen.jdk25, JAVA_HOME_25_X64 or below /usr/lib/jvm");
    assertEquals(expected, generatedBy(java.get().toString(), List.of()));
  }

  private static Optional<Path> laterJava() throws IOException {
    List<Path> homes = new ArrayList<>();
    Stream.of(System.getProperty("nngen.jdk25"), System.getenv("JAVA_HOME_25_X64"), System.getenv("JAVA_HOME_25")).filter(home -> home != null)
        .forEach(home -> homes.add(Path.of(home)));
    Path usual = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(usual)) {
      try (Stream<Path> installed = Files.list(usual)) {
        installed.filter(home -> home.getFileName().toString().matches(".*\\b25\\b.*")).sorted().forEach(homes::add);
      }
    }
    return homes.stream().map(home -> home.resolve("bin/java")).filter(Files::isExecutable).findFirst();
  }

  /** Numbers: with ejml and plain even a virtual machine that compiles nothing of it computes the same bits. The README says what vector keeps. */
  @ParameterizedTest
  @ValueSource(strings = {"ejml", "plain"})
  void trainingGivesTheSameBits(String kernels) throws IOException, InterruptedException {
    Path here = folder.resolve("here");
    Commands.quiet(train(here, kernels));
    for (List<String> options : List.of(INTERPRETED, surroundings().get(1))) {
      Path there = Files.createTempDirectory(folder, "there");
      Child.Result result = Child.run(folder, Child.command(Child.java(), options, Child.MAIN, train(there, kernels).toArray()));
      assertEquals(0, result.status(), result.err());
      assertEquals(contents(here), contents(there));
    }
  }

  private static List<Object> train(Path out, String kernels) {
    return List.of("train", "generated-samples/iris/iris.nn", "--data", "generated-samples/iris/iris.csv", "-d", out, "-q", "--epochs", 5,
        "--seed", 3, "--kernels", kernels);
  }
}
