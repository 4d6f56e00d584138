package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.explain.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of training, as text and in headless Chromium; the latter is skipped if there is none on the path. */
@Slow
class ReportTest {

  /** Opens the report in a frame of the given width and reports elements that are too wide or overlap others. */
  private static final String HARNESS = """
      <!DOCTYPE html><html><body style="margin: 0"><iframe id="f" style="border: 0; width: %dpx; height: 900px" src="document.html"></iframe>
      <pre id="result">not loaded</pre><script>
      document.getElementById('f').addEventListener('load', () => {
        const page = document.getElementById('f').contentDocument, width = %d, faults = [];
        if (page.documentElement.scrollWidth > width) faults.push('page is ' + page.documentElement.scrollWidth + ' wide');
        for (const svg of page.querySelectorAll('svg.chart')) {
          const all = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')];
          const boxes = texts.map(t => t.getBoundingClientRect());
          boxes.forEach((box, i) => {
            if (box.left < all.left - 1 || box.right > all.right + 1 || box.top < all.top - 1 || box.bottom > all.bottom + 1)
              faults.push('outside its picture: ' + texts[i].textContent);
            if (!texts[i].getAttribute('transform')) boxes.slice(0, i).forEach((other, j) => {
              if (!texts[j].getAttribute('transform') && other.right > box.left + 1 && box.right > other.left + 1
                  && other.bottom > box.top + 3 && box.bottom > other.top + 3)
                faults.push(texts[i].textContent + ' lies upon ' + texts[j].textContent);
            });
          });
        }
        document.getElementById('result').textContent = faults.length ? faults.join('; ') : page.querySelectorAll('svg.chart').length + ' pictures';
      });
      </script></body></html>
      """;

  @TempDir
  private Path folder;

  private String report(String model, String data, Object... options) throws IOException {
    Path file = Files.writeString(folder.resolve("m.nn"), model);
    Path csv = Files.writeString(folder.resolve("data.csv"), data);
    List<Object> arguments = new ArrayList<>(List.of("train", file, "--data", csv, "-d", folder, "-q"));
    arguments.addAll(List.of(options));
    Command command = Command.run(arguments.toArray());
    assertEquals(0, command.status(), command.err());
    String report = Files.readString(folder.resolve("M.report.html"));
    assertFalse(report.contains("<script") || report.contains("src=\"http"), "nothing is run or fetched");
    return report;
  }

  private void look(String report, String name, String expected) throws Exception {
    Browser browser = Browser.in(folder);
    Files.writeString(folder.resolve("document.html"), report);
    for (int width : new int[] {360, 1200}) {
      assertEquals(expected, browser.result(HARNESS.formatted(width, width)), name + " at " + width);
      browser.screenshot("report-" + name + "-" + width, "--window-size=" + width + ",2400");
    }
    browser.screenshot("report-" + name + "-dark", "--window-size=1200,2400", "--blink-settings=preferredColorScheme=0");
    browser.print("report-" + name);
  }

  @Test
  void ofClassesWithLongNames() throws Exception {
    List<String> names = List.of("Iris versicolor", "T-shirt/top", "<b>&amp;", "Überkleid", "a name as long as none", "x", "Ankle boot", "bag");
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder data = new StringBuilder("a,b,kind\n");
    for (int k = 0; k < 400; k++) {
      data.append(k % 8 + random.nextDouble() * 3).append(',').append(k % 3 + random.nextDouble()).append(',').append(names.get(k % 8)).append('\n');
    }
    String model = "model M { input X[2]; target Y[8]; P = dense(X, 8) |> softmax; minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.05); }";
    String report = report(model, data.toString(), "--epochs", 25);
    assertTrue(report.contains(">Iris versicolor</text>") && report.contains("&lt;b&gt;&amp;amp;") && !report.contains("<b>&amp;"), "names are whole, and text");
    assertEquals(report, report(model, data.toString(), "--epochs", 25), "the same training, the same bytes");
    look(report, "classes", "3 pictures");
  }

  @Test
  void ofTwoClasses() throws Exception {
    Path sample = Path.of("generated-samples/breast-cancer");
    String model = Files.readString(sample.resolve("breast-cancer.nn")).replace("model BreastCancer", "model M");
    String report = report(model, Files.readString(sample.resolve("breast-cancer.csv")), "--epochs", 8, "--test", 0.3);
    assertTrue(report.contains("ROC curve") && report.contains("false positive rate (benign)"));
    look(report, "two-classes", "4 pictures");
  }

  @Test
  void ofSeveralNumbersAndOneEpoch() throws Exception {
    SplittableRandom random = new SplittableRandom(2);
    StringBuilder data = new StringBuilder("a,b,width of it,height of it\n");
    for (int k = 0; k < 90; k++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      data.append(a).append(',').append(b).append(',').append(1e5 * a - b).append(',').append(1e-4 * b).append('\n');
    }
    String report = report("model M { input X[2]; target Y[2]; P = dense(X, 2); minimize J = mean((P - Y).^2); train adam(rate = 0.05); }", data.toString(),
        "--epochs", 1);
    assertTrue(report.contains("width of it") && report.contains("predicted"));
    look(report, "numbers", "4 pictures");
  }
}
