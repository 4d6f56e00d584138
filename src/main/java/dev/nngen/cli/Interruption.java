package dev.nngen.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Notices that the virtual machine is asked to end (Ctrl-C, kill), and holds it until what is to be saved is saved. */
final class Interruption implements BooleanSupplier, AutoCloseable {

  private static final long LONGEST_SECONDS = 60;

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread hook = new Thread(this::hold, "nngen-interruption");
  private volatile boolean asked;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void hold() {
    asked = true;
    try {
      saved.await(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  /** All is saved. */
  @Override
  public void close() {
    saved.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // It has begun to end meanwhile; the hook finds everything saved.
      }
    }
  }
}
