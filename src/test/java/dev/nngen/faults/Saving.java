package dev.nngen.faults;

import dev.nngen.codegen.GeneratedClass;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Saves an object of a generated class over and over until it is killed; says {@code ready} once it has done it twice. */
public final class Saving {

  private Saving() {}

  /** Writes a class, as {@link #main} wants it. */
  static Path write(GeneratedClass generated, Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : generated.classFiles().entrySet()) {
      Files.write(Files.createDirectories(folder).resolve(file.getKey() + ".class"), file.getValue());
    }
    return Files.writeString(folder.resolve("name"), generated.type().getName());
  }

  /** {@code NAME FILE}: a file with the name of a class in the same folder, and the file to which an object of it is saved. */
  public static void main(String[] args) throws Exception {
    Path name = Path.of(args[0]);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {name.getParent().toUri().toURL()})) {
      Class<?> type = loader.loadClass(Files.readString(name));
      Object object = type.getConstructor(int.class).newInstance(1);
      for (long round = 0; ; round++) {
        type.getMethod("initialize", long.class).invoke(object, round);
        type.getMethod("save", Path.class).invoke(object, Path.of(args[1]));
        if (round == 1) {
          System.out.println("ready");
        }
      }
    }
  }
}
