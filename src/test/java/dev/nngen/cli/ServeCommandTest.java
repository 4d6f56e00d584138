package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {

  @Test
  void aFolderAndAPortAreChecked(@TempDir Path folder) throws Exception {
    assertEquals(2, Command.run("serve", folder.resolve("nowhere")).status());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      Command run = Command.run("serve", folder, "--port", taken.getLocalPort());
      assertEquals(2, run.status());
      assertTrue(run.err().contains("port " + taken.getLocalPort() + " is taken"), run.err());
    }
  }

  @Test
  void theAddressIsPrintedAndServedUntilTheCommandEnds(@TempDir Path folder) throws Exception {
    StringWriter out = new StringWriter();
    FutureTask<Integer> command = new FutureTask<>(() -> Main.run(new PrintWriter(out), new PrintWriter(new StringWriter()), false, "serve", folder.toString(), "--port", "0"));
    Thread thread = new Thread(command);
    thread.start();
    for (int k = 0; k < 600 && !out.toString().contains("\n"); k++) {
      Thread.sleep(50);
    }
    assertTrue(out.toString().matches("http://127\\.0\\.0\\.1:\\d+/\\R"), out.toString());
    thread.interrupt();
    command.get(10, TimeUnit.SECONDS);
  }
}
