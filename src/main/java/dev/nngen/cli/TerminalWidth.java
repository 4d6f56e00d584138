package dev.nngen.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Returns the width of the terminal, which {@code stty} reports and Java does not. It is read repeatedly, because windows change. */
final class TerminalWidth {

  private static final int UNKNOWN = 80;
  private static final long ASK_NANOS = 3_000_000_000L;
  private static final File TERMINAL = new File("/dev/tty");

  private int columns;
  private long asked;

  int columns() {
    if (columns == 0 || System.nanoTime() - asked > ASK_NANOS) {
      columns = ask();
      asked = System.nanoTime();
    }
    return columns;
  }

  private static int ask() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(TERMINAL).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ");
      boolean told = stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 && size.length == 2;
      return told && Integer.parseInt(size[1]) > 0 ? Integer.parseInt(size[1]) : UNKNOWN;
    } catch (IOException | NumberFormatException noTerminal) {
      return UNKNOWN;
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }
}
