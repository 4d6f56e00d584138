package dev.nngen.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in headless Chromium: typing, tabs, links, copying, saving; light, dark and 390 pixels wide. */
@Slow
class PageBrowserTest {

  private static final String SHOWN = "!content.classList.contains('stale') && content.querySelector('math')";
  private static final String NO_OVERFLOW = "document.documentElement.scrollWidth <= innerWidth";

  @Test
  void thePageFollowsTheText(@TempDir Path folder) throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.writeString(models.resolve("own.nn"), "model Own {\n  input X[1];\n  output X;\n}\n");
    try (PageServer server = new PageServer(0, Optional.of(models), 120_000); Chromium browser = Chromium.start(folder)) {
      browser.open(server.address(), 1400, 900, false);
      browser.await(SHOWN);
      browser.screenshot("serve-light");
      assertEquals(true, browser.evaluate(NO_OVERFLOW));
      typing(browser);
      tabs(browser);
      copying(browser);
      files(browser, models);
      browser.open(server.address(), 1400, 900, true);
      browser.await(SHOWN);
      browser.screenshot("serve-dark");
      browser.open(server.address(), 390, 844, false);
      browser.await(SHOWN);
      assertEquals(true, browser.evaluate(NO_OVERFLOW));
      browser.screenshot("serve-390");
      browser.evaluate("document.querySelector('#right').scrollIntoView()");
      browser.screenshot("serve-390-derivation");
    }
  }

  private static void typing(Chromium browser) throws Exception {
    browser.evaluate("text.focus(), text.setSelectionRange(text.value.indexOf('tanh'), text.value.indexOf('tanh') + 4)");
    browser.send("Input.insertText", Map.of("text", "tahn"));
    browser.await("document.querySelector('#faults li.error')");
    assertEquals("tahn", browser.evaluate("document.querySelector('#marks .wrong').textContent"));
    assertTrue(browser.evaluate("document.querySelector('#faults').textContent").toString().contains("did you mean `tanh`?"));
    assertEquals("6", browser.evaluate("document.querySelector('#numbers b').textContent"));
    browser.screenshot("serve-fault");
    browser.evaluate("document.querySelector('#faults li').click()");
    assertEquals("tahn", browser.evaluate("text.value.slice(text.selectionStart, text.selectionEnd)"));
    browser.send("Input.insertText", Map.of("text", "tanh"));
    browser.await("!document.querySelector('#faults li') && " + SHOWN);
    // The colored text is right below the text that is typed.
    assertEquals(true, browser.evaluate("document.querySelector('#marks').textContent === text.value + '\\n'"));
    assertEquals(true, browser.evaluate("getComputedStyle(text).lineHeight === getComputedStyle(document.querySelector('#marks')).lineHeight"));
  }

  private static void tabs(Chromium browser) throws Exception {
    for (String[] tab : new String[][] {{"java", "#content pre"}, {"check", "#content .line"}, {"picture", "#content svg"}, {"gradients", "#content math"}}) {
      browser.evaluate("document.querySelector('[data-tab=" + tab[0] + "]').click()");
      browser.await("document.querySelector('" + tab[1] + "') && !content.classList.contains('stale')");
      browser.screenshot("serve-" + tab[0]);
    }
  }

  private static void copying(Chromium browser) throws Exception {
    browser.evaluate("document.querySelector('#content [data-latex]').click()");
    browser.await("document.querySelector('#note.shown')");
    assertTrue(browser.evaluate("document.querySelector('#note').textContent").toString().contains("Y"));
    browser.evaluate("text.focus(), text.setSelectionRange(0, 0)");
    browser.send("Input.insertText", Map.of("text", "// Grüße\n"));
    browser.evaluate("document.querySelector('#link').click()");
    browser.await("location.hash.startsWith('#model=')");
    browser.evaluate("location.reload()");
    browser.await("document.readyState === 'complete' && document.querySelector('#text').value.startsWith('// Grüße')");
  }

  private static void files(Chromium browser, Path models) throws Exception {
    browser.await("[...document.querySelectorAll('#start option')].some(one => one.value === 'fown.nn')");
    browser.evaluate("const start = document.querySelector('#start'); start.value = 'fown.nn'; start.dispatchEvent(new Event('change'))");
    browser.await("text.value.startsWith('model Own')");
    browser.evaluate("text.focus(), text.setSelectionRange(0, 0)");
    browser.send("Input.insertText", Map.of("text", "// Saved.\n"));
    browser.await("document.querySelector('#marks').textContent.startsWith('// Saved.')");
    assertTrue(Files.readString(models.resolve("own.nn")).startsWith("model"), "written before it is saved");
    browser.evaluate("document.querySelector('#save').click()");
    browser.await("document.querySelector('#note').textContent === 'saved own.nn'");
    assertTrue(Files.readString(models.resolve("own.nn")).startsWith("// Saved.\nmodel Own"));
  }
}
