package dev.nngen.cli;

import dev.nngen.train.History;
import dev.nngen.train.Trainer;
import dev.nngen.train.metric.Metrics;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how training goes: a bar that moves on a terminal, a plain line for each epoch otherwise. */
final class ProgressDisplay implements Trainer.Listener {

  private static final int BAR = 24;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintWriter err;
  private final int epochs;
  private final String metric;
  private final boolean bar;
  private final boolean colour;
  private final long start = System.nanoTime();
  private long drawn;
  private double workBefore = -1;
  private String last = "";

  /**
   * @param bar whether stderr is a terminal
   * @param metric its name, or an empty text
   */
  ProgressDisplay(PrintWriter err, int epochs, String metric, boolean bar, boolean colour) {
    this.err = err;
    this.epochs = epochs;
    this.metric = metric;
    this.bar = bar;
    this.colour = colour;
  }

  @Override
  public void batch(int epoch, int done, int batches, double meanLoss) {
    double work = epoch - 1 + done / (double) batches;
    if (workBefore < 0) {
      workBefore = work;
    }
    if (bar && System.nanoTime() - drawn > REDRAW_NANOS) {
      drawn = System.nanoTime();
      draw(epoch, work, last.isEmpty() ? "loss " + Metrics.shown(meanLoss) : last);
    }
  }

  @Override
  public void epoch(History.Epoch epoch) {
    last = "loss " + Metrics.shown(epoch.loss())
        + (Double.isNaN(epoch.validationLoss()) ? "" : "  validation " + Metrics.shown(epoch.validationLoss()))
        + (Double.isNaN(epoch.metric()) ? "" : "  " + metric + " " + Metrics.shown(epoch.metric()));
    if (!bar) {
      err.printf(Locale.ROOT, "epoch %d/%d  %s%s%n", epoch.epoch(), epochs, last, epoch.best() ? "  best" : "");
      err.flush();
    }
  }

  private void draw(int epoch, double work, String text) {
    int full = (int) (BAR * work / epochs);
    String filled = "━".repeat(full);
    String rest = "─".repeat(BAR - full);
    String shown = colour ? "\u001b[36m" + filled + "\u001b[0;2m" + rest + "\u001b[0m" : filled + rest;
    err.print("\r" + shown + String.format(Locale.ROOT, " %d/%d  %s  %s left", epoch, epochs, text, left(work)) + "\u001b[K");
    err.flush();
  }

  private String left(double work) {
    double spent = (System.nanoTime() - start) / 1e9;
    double perWork = spent / Math.max(1e-9, work - workBefore);
    if (work - workBefore <= 0) {
      return "?";
    }
    long seconds = Math.round(perWork * (epochs - work));
    return seconds < 60 ? seconds + " s" : seconds < 3600 ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  /** Leaves the terminal's line free. */
  void end() {
    if (bar) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
