package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nngen.compiler.CompiledModel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Derivations in headless Chromium; skipped where there is none on the path. Screenshots are left under target/. */
class BrowserTest {

  /** Opens the document in a frame of the given width and reports what is wrong with it. */
  private static final String HARNESS = """
      <!DOCTYPE html><html><body style="margin: 0"><iframe id="f" style="border: 0; width: %dpx; height: 900px" src="document.html"></iframe>
      <pre id="result">not loaded</pre><script>
      document.getElementById('f').addEventListener('load', () => {
        const page = document.getElementById('f').contentDocument, width = %d, faults = [];
        if (page.documentElement.scrollWidth > width) faults.push('page is ' + page.documentElement.scrollWidth + ' wide');
        const math = page.querySelectorAll('math');
        if (math.length === 0) faults.push('no formulas');
        for (const m of math) if (m.textContent.length > 1 && m.getBoundingClientRect().height < 8) faults.push('flat formula ' + m.textContent);
        for (const e of page.querySelectorAll('h1, h2, h3, p, li, .line, .reason, table, .scroll')) {
          if (!e.parentElement.closest('.scroll') && e.getBoundingClientRect().right > width + 1) faults.push('overflow ' + e.textContent);
        }
        for (const e of page.querySelectorAll('.scroll')) {
          if (e.scrollHeight > e.clientHeight + 1 && page.defaultView.getComputedStyle(e).overflowY !== 'hidden') faults.push('vertical scrollbar');
          if (width > 1000 && e.scrollWidth > e.clientWidth + 1) faults.push('cut off ' + e.textContent);
        }
        if (page.querySelectorAll('svg rect').length < 3) faults.push('no picture');
        document.getElementById('result').textContent = faults.length ? faults.join('; ') : 'fine';
      });
      </script></body></html>
      """;

  private static Optional<String> browser() {
    return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable).map(Path::toString).findFirst();
  }

  @ParameterizedTest
  @CsvSource({"digits/digits.nn, 360", "digits/digits.nn, 1400", "backpropagation/a-columns.nn, 360",
      "backpropagation/a-columns.nn, 1400", "backpropagation/d-deep.nn, 360", "backpropagation/d-deep.nn, 1400"})
  void documentsFitTheirWindow(String sample, int width, @TempDir Path folder) throws Exception {
    Optional<String> browser = browser();
    assumeTrue(browser.isPresent(), "no Chromium on the path");
    CompiledModel model = Samples.sample(sample);
    Files.writeString(folder.resolve("document.html"), Format.HTML.render(Samples.derivation(model), false, false));
    Files.writeString(folder.resolve("harness.html"), HARNESS.formatted(width, width));
    String page = run(folder, browser.get(), "--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom",
        folder.resolve("harness.html").toUri().toString());
    assertEquals("fine", page.replaceFirst("(?s).*<pre id=\"result\">(.*?)</pre>.*", "$1"));
    screenshot(folder, browser.get(), model.name() + "-" + width, "--window-size=" + width + ",2400");
    if (width > 1000) {
      screenshot(folder, browser.get(), model.name() + "-dark", "--window-size=" + width + ",2400", "--blink-settings=preferredColorScheme=0");
      print(folder, browser.get(), model.name());
    }
  }

  private static void print(Path folder, String browser, String name) throws Exception {
    Path paper = Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".pdf").toAbsolutePath();
    Files.deleteIfExists(paper);
    run(folder, browser, "--print-to-pdf=" + paper, "--no-pdf-header-footer", folder.resolve("document.html").toUri().toString());
    assertTrue(Files.size(paper) > 10_000, paper + " is empty");
  }

  private static void screenshot(Path folder, String browser, String name, String... options) throws Exception {
    Path picture = Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".png").toAbsolutePath();
    Files.deleteIfExists(picture);
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--hide-scrollbars", "--screenshot=" + picture, folder.resolve("document.html").toUri().toString()));
    run(folder, browser, arguments.toArray(String[]::new));
    assertTrue(Files.size(picture) > 10_000, picture + " is empty");
  }

  private static String run(Path folder, String browser, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(browser, "--headless", "--no-sandbox", "--disable-gpu",
        "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output.txt");
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "Chromium hangs");
    return Files.readString(output);
  }
}
