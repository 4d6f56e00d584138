package dev.nngen.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Standard output that remembers its first error, which a PrintWriter hides: a full disk would look like success. */
final class StandardOutput extends OutputStream {

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private IOException fault;

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      fault = fault == null ? e : fault;
      throw e;
    }
  }

  /** Returns the error of writing; empty if there is none, or if the reader closed the pipe, as {@code head} does. */
  Optional<String> fault() {
    return Optional.ofNullable(fault).map(IOException::getMessage).filter(message -> !message.startsWith("Broken pipe"));
  }
}
