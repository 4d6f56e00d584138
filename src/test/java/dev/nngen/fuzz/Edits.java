package dev.nngen.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Model texts with words exchanged, removed or inserted according to bytes. The models and the vocabulary are a separate file, so that stored bytes
 * keep their meaning.
 */
final class Edits {

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*|[0-9.]+(e-?[0-9]+)?|\\|>|\\.[*/^]|[<>=!]=|&&|\\|\\||\\S|\\s+");
  private static final List<List<String>> MODELS = models();
  private static final List<String> VOCABULARY = MODELS.stream().flatMap(List::stream).distinct().toList();
  private static final int MOST = 12;

  private Edits() {}

  /** The first byte chooses a model; then four say what is done to which word, and with which word of the vocabulary. */
  static String text(byte[] edits) {
    if (edits.length == 0) {
      return "";
    }
    List<String> words = new ArrayList<>(MODELS.get(Byte.toUnsignedInt(edits[0]) % MODELS.size()));
    for (int k = 1; k + 4 <= edits.length && k < 4 * MOST && !words.isEmpty(); k += 4) {
      int at = unsigned(edits, k + 1) % words.size();
      String word = VOCABULARY.get((Byte.toUnsignedInt(edits[k + 3]) + (edits[k] & 0xf0) * 16) % VOCABULARY.size());
      switch (edits[k] & 3) {
        case 0 -> words.remove(at);
        case 1 -> words.add(at, word);
        default -> words.set(at, word);
      }
    }
    return String.join("", words);
  }

  private static int unsigned(byte[] bytes, int at) {
    return Byte.toUnsignedInt(bytes[at]) * 256 + Byte.toUnsignedInt(bytes[at + 1]);
  }

  private static List<List<String>> models() {
    try (var in = Edits.class.getResourceAsStream("models.nn")) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Pattern.compile("\n(?=// ---)").splitAsStream(all).map(Edits::words).toList();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static List<String> words(String text) {
    return WORD.matcher(text.replaceAll("//.*", "")).results().map(MatchResult::group).collect(Collectors.toList());
  }
}
