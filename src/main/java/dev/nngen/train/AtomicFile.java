package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.train.data.DataException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files atomically: no reader sees a partial file. */
public final class AtomicFile {

  private AtomicFile() {}

  /** Writes the complete contents of a file. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException, DataException;
  }

  /** Checks that files can be written to a folder, before work starts. */
  public static void requireWritable(Path folder) throws DataException {
    try {
      Files.delete(Files.createTempFile(Files.createDirectories(folder.toAbsolutePath()), ".nngen", ".tmp"));
    } catch (IOException fault) {
      throw DataException.of(ErrorCode.UNWRITABLE_FILE, "cannot write to " + folder + ": " + FileFault.reason(fault));
    }
  }

  /** Replaces a file by these bytes, or leaves it unchanged. */
  public static Path write(Path file, byte[] bytes) throws DataException {
    return write(file, out -> out.write(bytes));
  }

  /** Replaces a file, or leaves it unchanged; the content need not fit in memory. */
  public static Path write(Path file, Content content) throws DataException {
    try {
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      if (Files.isDirectory(file)) {
        throw new IOException("it is a folder");
      }
      Path temporary = Files.createTempFile(folder, ".nngen", ".tmp");
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
          content.writeTo(out);
        }
        temporary.toFile().setReadable(true, false);
        move(temporary, file);
      } finally {
        Files.deleteIfExists(temporary);
      }
      return file;
    } catch (IOException fault) {
      throw DataException.of(ErrorCode.UNWRITABLE_FILE, "cannot write " + file + ": " + FileFault.reason(fault));
    }
  }

  /** Replaces a file by a text in UTF-8, or leaves it unchanged. */
  public static Path write(Path file, String text) throws DataException {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
