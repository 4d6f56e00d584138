package dev.nngen.lsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code nngen lsp} as editors start it: a process with its standard input and output. */
@Slow
class LspCommandTest {

  @Test
  void theCommandSpeaksTheProtocol() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process = new ProcessBuilder(java, "-Xss16m", "-cp", System.getProperty("java.class.path"), "dev.nngen.cli.Main", "lsp", "--stdio")
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      Client client = new Client(process.getInputStream(), process.getOutputStream());
      client.result("initialize", Map.of("capabilities", Map.of()));
      Path sample = Path.of("generated-samples/iris/iris.nn").toAbsolutePath();
      String text = Files.readString(sample);
      client.open(sample.toUri().toString(), text);
      client.await(sample.toUri().toString());
      Object hover = client.result("textDocument/hover", Client.at(sample.toUri().toString(), text, text.indexOf("P = ")));
      assertTrue(hover.toString().contains("**value** `P`: 3 × m"), hover.toString());
      assertNull(client.result("shutdown", Map.of()));
      client.notify("exit", Map.of());
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroy();
    }
  }
}
