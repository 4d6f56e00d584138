package dev.nngen.maven;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs work on a thread with the command's stack size. Maven's threads have the virtual machine's default, which a model of long sums may exceed. */
final class DeepStack {

  private static final long BYTES = 16 << 20;

  private DeepStack() {}

  /** Runs the work and waits for its result; rethrows its exceptions. */
  static <T> T call(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(null, task, Thread.currentThread().getName() + "-nngen", BYTES);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      throw interrupted;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
