package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Headless Chromium, looking at {@code document.html} in a folder. Screenshots are left under target/. */
public record Browser(String program, Path folder) {

  /** The browser on the path; tests are skipped if there is none. */
  public static Browser in(Path folder) {
    Optional<String> program = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(place -> Path.of(place, name)))
        .filter(Files::isExecutable).map(Path::toString).findFirst();
    assumeTrue(program.isPresent(), "no Chromium on the path");
    return new Browser(program.get(), folder);
  }

  /** Returns the text that a page next to the document, which may show it in a frame, writes to its element {@code result}. */
  public String result(String harness) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("harness.html"), harness);
    String page = run("--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", folder.resolve("harness.html").toUri().toString());
    return page.replaceFirst("(?s).*<pre id=\"result\">(.*?)</pre>.*", "$1");
  }

  public void print(String name) throws IOException, InterruptedException {
    Path paper = Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".pdf").toAbsolutePath();
    Files.deleteIfExists(paper);
    run("--print-to-pdf=" + paper, "--no-pdf-header-footer", folder.resolve("document.html").toUri().toString());
    assertTrue(Files.size(paper) > 10_000, paper + " is empty");
  }

  public void screenshot(String name, String... options) throws IOException, InterruptedException {
    Path picture = Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".png").toAbsolutePath();
    Files.deleteIfExists(picture);
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--hide-scrollbars", "--screenshot=" + picture, folder.resolve("document.html").toUri().toString()));
    run(arguments.toArray(String[]::new));
    assertTrue(Files.size(picture) > 10_000, picture + " is empty");
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program, "--headless", "--no-sandbox", "--disable-gpu",
        "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output.txt");
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "Chromium hangs");
    return Files.readString(output);
  }
}
