package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain --watch} follows the model and its imports. */
class WatchTest {

  private static final String NET = "import \"f.nn\";\nmodel Net { input X[2]; target Y[1]; P = dense(X, 1, curve); minimize J = mean(squared(P, Y)); }\n";

  @TempDir
  private Path folder;

  private void await(Path file, String text) throws Exception {
    for (int k = 0; k < 600 && !(Files.exists(file) && Files.readString(file).contains(text)); k++) {
      Thread.sleep(100);
    }
    assertTrue(Files.readString(file).contains(text), text);
  }

  @Test
  void theDocumentFollowsTheModelAndItsImports() throws Exception {
    Path imported = Files.writeString(folder.resolve("f.nn"), "fn curve(z) = tanh(z);\n");
    Path model = Files.writeString(folder.resolve("net.nn"), NET);
    Path document = folder.resolve("net.txt");
    StringWriter err = new StringWriter();
    FutureTask<Integer> command = new FutureTask<>(() -> Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), false,
        "explain", "--watch", model.toString(), "-o", document.toString()));
    Thread thread = new Thread(null, command, "watch", 16 << 20);
    thread.start();
    await(document, "tanh");
    Files.writeString(imported, "fn curve(z) = cos(z);\n");
    await(document, "cos(");
    String before = Files.readString(document);
    Files.writeString(model, NET.replace("curve", "curved"));
    for (int k = 0; k < 600 && !err.toString().contains("E102"); k++) {
      Thread.sleep(100);
    }
    assertTrue(err.toString().contains("E102"), err.toString());
    assertEquals(before, Files.readString(document));
    Files.writeString(model, NET.replace("curve", "sigmoid"));
    await(document, "exp(");
    assertFalse(command.isDone());
    thread.interrupt();
    assertEquals(0, command.get(10, TimeUnit.SECONDS));
  }

  @Test
  void standardInputCannotBeWatched() {
    assertEquals(2, Command.run("explain", "--watch", "-").status());
  }
}
