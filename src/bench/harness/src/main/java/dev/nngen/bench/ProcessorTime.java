package dev.nngen.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The processor time of this process in nanoseconds. The virtual machine's own figure goes in steps of 10 ms, so the kernel's account of
 * each thread is added up; it is exact for threads that wait, and the thread that asks is asked for directly.
 */
final class ProcessorTime {

  private static final Path TASKS = Path.of("/proc/self/task");

  private ProcessorTime() {}

  static long now() {
    try {
      Path self = Path.of("/proc/thread-self").toRealPath().getFileName();
      long others = 0;
      try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
        for (Path task : tasks) {
          others += task.getFileName().equals(self) ? 0 : ofTask(task);
        }
      }
      return others + ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static long ofTask(Path task) throws IOException {
    try {
      String account = Files.readString(task.resolve("schedstat"));
      return Long.parseLong(account.substring(0, account.indexOf(' ')));
    } catch (NoSuchFileException ended) {
      return 0;
    }
  }
}
