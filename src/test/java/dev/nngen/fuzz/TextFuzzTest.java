package dev.nngen.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile texts. By default this replays the corpus, which is a text file, and failures that Jazzer found, which are stored with it; SECURITY.md
 * describes how to fuzz.
 */
class TextFuzzTest {

  static Stream<byte[]> texts() {
    return Corpus.read("texts.txt").stream();
  }

  @DictionaryFile(resourcePath = "words.txt")
  @MethodSource("texts")
  @FuzzTest(maxDuration = "5m")
  void parser(byte[] text) {
    Judge.parse(new String(text, StandardCharsets.UTF_8));
  }

  @DictionaryFile(resourcePath = "words.txt")
  @MethodSource("texts")
  @FuzzTest(maxDuration = "5m")
  void compiler(byte[] text) {
    Judge.compile(new String(text, StandardCharsets.UTF_8));
  }

  static Stream<byte[]> edits() {
    return Corpus.read("edits.txt").stream();
  }

  /** Sound models with a few of their words exchanged, which gets further than bytes do. */
  @MethodSource("edits")
  @FuzzTest(maxDuration = "5m")
  void editedModels(byte[] edits) {
    String text = Edits.text(edits);
    try {
      Judge.compile(text);
    } catch (RuntimeException | Error fault) {
      throw new AssertionError("of the text\n" + text, fault);
    }
  }
}
