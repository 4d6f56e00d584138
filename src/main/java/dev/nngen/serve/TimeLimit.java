package dev.nngen.serve;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs tasks on threads with a deep stack. The caller gives up a task that takes too long. Few tasks may run at a time. */
final class TimeLimit {

  private static final int MOST_AT_A_TIME = 4;
  private static final long STACK = 64L << 20;

  private final long milliseconds;
  private final Semaphore free = new Semaphore(MOST_AT_A_TIME);

  TimeLimit(long milliseconds) {
    this.milliseconds = milliseconds;
  }

  /**
   * Returns the result of a task.
   *
   * @throws Refusal if the task takes longer than the limit, fails, or if too many others are running
   */
  <T> T call(Callable<T> work) throws Refusal {
    if (!free.tryAcquire()) {
      throw new Refusal(503, "other models are still being derived; try again later");
    }
    FutureTask<T> task = new FutureTask<>(() -> {
      try {
        return work.call();
      } finally {
        free.release();
      }
    });
    Thread thread = new Thread(null, task, "nngen-work", STACK);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(milliseconds, TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new Refusal(503, "this takes longer than " + milliseconds / 1000.0 + " s; the command has no limit");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the server ends");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Refusal refusal ? refusal : new Refusal(500, "internal error: " + failed.getCause());
    }
  }
}
