package dev.nngen.compiler;

import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the sources of a file: its own text and all imports. */
final class Imports implements SourceLoader {

  private final SourceLoader loader;
  private final Map<String, Source> sources = new LinkedHashMap<>();

  Imports(Source file, SourceLoader loader) {
    this.loader = loader;
    sources.put(file.name(), file);
  }

  @Override
  public Found load(Source importing, String path) {
    Found found = loader.load(importing, path);
    if (found instanceof Text text) {
      sources.putIfAbsent(text.source().name(), text.source());
    }
    return found;
  }

  /** Returns the file, then its imports in the order in which they were read. */
  List<Source> sources() {
    return new ArrayList<>(sources.values());
  }

  /**
   * Returns the SHA-256 of the texts, each followed by a zero byte, in hexadecimal digits. Line breaks count as LF, because version control systems
   * change them with the platform, and generated text must not depend on it.
   */
  static String hash(List<Source> sources) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Source source : sources) {
        digest.update(source.text().replace("\r\n", "\n").replace('\r', '\n').getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
