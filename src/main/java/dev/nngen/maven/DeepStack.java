package dev.nngen.maven;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs work on a thread with as much stack as the command has. Maven's threads have what the virtual machine gives by default,
 * which a model of long sums may exceed.
 */
final class DeepStack {

  private static final long BYTES = 16 << 20;

  private DeepStack() {}

  /** Waits for the result; what the work throws is thrown here. */
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
