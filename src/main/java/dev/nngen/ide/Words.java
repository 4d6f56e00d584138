package dev.nngen.ide;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keywords of the language with descriptions, from {@code words.txt}: a word, its place, an example and a sentence, separated by bars. */
final class Words {

  private static final String RESOURCE = "/dev/nngen/ide/words.txt";

  /**
   * A word.
   *
   * @param place {@code item}, {@code statement}, {@code layer}, {@code optimizer}, {@code name} or {@code inside}
   */
  record Word(String word, String place, String example, String sentence) {}

  private static final class Holder {
    static final Map<String, Word> ALL = read();
  }

  private Words() {}

  static List<Word> all() {
    return List.copyOf(Holder.ALL.values());
  }

  static Optional<Word> find(String word) {
    return Optional.ofNullable(Holder.ALL.get(word));
  }

  private static Map<String, Word> read() {
    try (InputStream in = Words.class.getResourceAsStream(RESOURCE)) {
      Map<String, Word> all = new LinkedHashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).map(line -> line.split(" \\| "))
          .forEach(parts -> all.put(parts[0], new Word(parts[0], parts[1], parts[2], parts[3])));
      return all;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
