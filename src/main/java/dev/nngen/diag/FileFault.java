package dev.nngen.diag;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says why a file cannot be read or written. The messages of Java's exceptions are often only a path. */
public final class FileFault {

  private FileFault() {}

  /** Returns the reason without the file's name. */
  public static String reason(IOException fault) {
    if (fault instanceof NoSuchFileException) {
      return "there is no such file";
    } else if (fault instanceof AccessDeniedException) {
      return "permission denied";
    } else if (fault instanceof FileAlreadyExistsException) {
      return "it exists and is not a folder";
    } else if (fault instanceof NotDirectoryException) {
      return "it is not a folder";
    } else if (fault instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return fault.getMessage() == null ? fault.toString() : fault.getMessage();
  }

  /** Returns the message of a file that cannot be written, with the file's name if the exception has it. */
  public static String unwritable(IOException fault) {
    String file = fault instanceof FileSystemException system && system.getFile() != null ? " " + system.getFile() : "";
    return "cannot write" + file + ": " + (fault instanceof NoSuchFileException ? "its folder cannot be created" : reason(fault));
  }
}
