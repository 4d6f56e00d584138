package dev.nngen.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Standard output that remembers its first fault, which a writer keeps to itself: a full disk would look like success. */
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

  /** Why something could not be written; empty also where the reader has seen enough, as {@code head} has. */
  Optional<String> fault() {
    return Optional.ofNullable(fault).map(IOException::getMessage).filter(message -> !message.startsWith("Broken pipe"));
  }
}
