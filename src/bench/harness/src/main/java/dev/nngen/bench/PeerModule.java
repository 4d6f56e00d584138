package dev.nngen.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * A module of this project that holds peers, as its {@code worker.properties} describes it:
 * {@code peers}, {@code java.options}, and environment variables as {@code env.NAME}, where {@code THREADS} is
 * their number.
 */
record PeerModule(Path folder, List<String> peers, List<String> javaOptions, Map<String, String> environment, String classPath) {

  /** The modules below a folder that have been built. */
  static List<PeerModule> below(Path folder) throws IOException {
    List<PeerModule> modules = new ArrayList<>();
    try (var folders = Files.newDirectoryStream(folder)) {
      for (Path child : new TreeSet<>(list(folders))) {
        if (Files.exists(child.resolve("worker.properties")) && Files.exists(child.resolve("target/classpath"))) {
          modules.add(read(child));
        }
      }
    }
    return modules;
  }

  /** Returns the environment of a process with the given number of threads. */
  Map<String, String> environment(int threads) {
    Map<String, String> values = new LinkedHashMap<>(environment);
    values.replaceAll((name, value) -> value.equals("THREADS") ? Integer.toString(threads) : value);
    return values;
  }

  private static List<Path> list(Iterable<Path> paths) {
    List<Path> list = new ArrayList<>();
    paths.forEach(list::add);
    return list;
  }

  private static PeerModule read(Path folder) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve("worker.properties"))) {
      properties.load(reader);
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith("env.")) {
        environment.put(name.substring("env.".length()), properties.getProperty(name));
      }
    }
    String classPath = folder.resolve("target/classes") + java.io.File.pathSeparator + Files.readString(folder.resolve("target/classpath")).strip();
    return new PeerModule(folder, words(properties, "peers"), words(properties, "java.options"), environment, classPath);
  }

  private static List<String> words(Properties properties, String name) {
    return Arrays.stream(properties.getProperty(name, "").split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }
}
