package dev.nngen.cli;

import dev.nngen.train.History;
import dev.nngen.train.Progress;
import dev.nngen.train.Trainer;
import dev.nngen.train.metric.Metrics;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows the progress of training: a moving bar on a terminal, otherwise a line for each epoch. */
final class ProgressDisplay implements Trainer.Listener {

  private static final int LONGEST_BAR = 24;
  private static final int SHORTEST_BAR = 6;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintWriter err;
  private final boolean bar;
  private final boolean lines;
  private final boolean color;
  private final int epochs;
  private final String metric;
  private final List<String> losses;
  private final TerminalWidth width = new TerminalWidth();
  private final long start = System.nanoTime();
  private long drawn;
  private double workBefore = -1;
  private String last = "";

  /**
   * Creates a display.
   *
   * @param quiet whether to show nothing
   * @param metric its name, or an empty text
   * @param losses their names
   */
  ProgressDisplay(Console console, boolean quiet, int epochs, String metric, List<String> losses) {
    this.err = console.err();
    this.bar = !quiet && console.terminal();
    this.lines = !quiet && !console.terminal();
    this.color = console.color();
    this.epochs = epochs;
    this.metric = metric;
    this.losses = losses;
  }

  @Override
  public void batch(int epoch, int done, int batches, List<Double> meanLosses) {
    double work = epoch - 1 + done / (double) batches;
    if (workBefore < 0) {
      workBefore = work;
    }
    if (bar && System.nanoTime() - drawn > REDRAW_NANOS) {
      drawn = System.nanoTime();
      String text = last.isEmpty() ? shown(meanLosses) : last;
      err.print("\r" + line(work, String.format(Locale.ROOT, "%d/%d  %s left  %s", epoch, epochs, left(work), text)) + "\u001b[K");
      err.flush();
    }
  }

  @Override
  public void epoch(History.Epoch epoch) {
    last = shown(epoch.losses())
        + (epoch.validationLosses().isEmpty() ? "" : "  validation " + (losses.size() > 1 ? shown(epoch.validationLosses()) : Metrics.shown(epoch.validationLoss())))
        + (Double.isNaN(epoch.metric()) ? "" : "  " + metric + " " + Metrics.shown(epoch.metric()));
    if (lines) {
      err.printf(Locale.ROOT, "epoch %d/%d  %s%s%n", epoch.epoch(), epochs, last, epoch.best() && losses.size() == 1 ? "  best" : "");
      err.flush();
    }
  }

  private String shown(List<Double> values) {
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int k = 0; k < values.size(); k++) {
      byName.put(losses.get(k), values.get(k));
    }
    return Metrics.shownLosses(byName);
  }

  @Override
  public void resumed(Progress progress) {
    int done = progress.history().epochs().size();
    boolean over = progress.epoch() > epochs;
    err.printf("resumed at epoch %d of %d%s%n", over ? done : progress.epoch(), epochs, over ? "; nothing is left to train" : "");
    err.flush();
  }

  /** Returns a bar and text that fit the width of the terminal; a line that wraps could not be overwritten. */
  private String line(double work, String words) {
    int room = width.columns() - 1;
    int length = Math.min(LONGEST_BAR, room - 1 - words.length());
    if (length < SHORTEST_BAR) {
      return shortened(words, room);
    }
    int full = (int) (length * work / epochs);
    String filled = "━".repeat(full);
    String rest = "─".repeat(length - full);
    return (color ? "\u001b[36m" + filled + "\u001b[0;2m" + rest + "\u001b[0m" : filled + rest) + " " + words;
  }

  /** Returns the text without the last parts that do not fit; two spaces separate parts. */
  private static String shortened(String words, int room) {
    int end = words.length();
    while (end > room) {
      end = words.lastIndexOf("  ", end - 1);
    }
    return words.substring(0, Math.max(0, end));
  }

  private String left(double work) {
    if (work <= workBefore) {
      return "?";
    }
    double spent = (System.nanoTime() - start) / 1e9;
    long seconds = Math.round(spent / (work - workBefore) * (epochs - work));
    return seconds < 60 ? seconds + " s" : seconds < 3600 ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  /** Clears the terminal's line. */
  void end() {
    if (bar) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
