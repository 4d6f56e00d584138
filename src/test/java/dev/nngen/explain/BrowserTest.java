package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Derivations in headless Chromium; skipped where there is none on the path (Debian: chromium). Screenshots are left under target/. */
@Slow
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

  @ParameterizedTest
  @CsvSource({"digits/digits.nn, 360", "digits/digits.nn, 1400", "backpropagation/a-columns.nn, 360",
      "backpropagation/a-columns.nn, 1400", "backpropagation/d-deep.nn, 360", "backpropagation/d-deep.nn, 1400"})
  void documentsFitTheirWindow(String sample, int width, @TempDir Path folder) throws Exception {
    Browser browser = Browser.in(folder);
    CompiledModel model = Samples.sample(sample);
    Files.writeString(folder.resolve("document.html"), Format.HTML.render(Samples.derivation(model), false, false));
    assertEquals("fine", browser.result(HARNESS.formatted(width, width)));
    browser.screenshot(model.name() + "-" + width, "--window-size=" + width + ",2400");
    if (width > 1000) {
      browser.screenshot(model.name() + "-dark", "--window-size=" + width + ",2400", "--blink-settings=preferredColorScheme=0");
      browser.print(model.name());
    }
  }
}
