package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Texts as steps. Each character is a step; its number is both a possible input and a possible target. */
final class TextSteps implements SequenceSteps {

  private static final int LEAST = 1 << 16;

  /** A file and its range of steps. */
  private record Part(DataFile file, int from, int to) {}

  private final List<Part> parts = new ArrayList<>();
  /** Code points, which are later replaced by their numbers. */
  private int[] characters = new int[LEAST];
  private int count;

  void add(int codePoint) {
    if (count == characters.length) {
      characters = Arrays.copyOf(characters, Math.multiplyExact(2, count));
    }
    characters[count++] = codePoint;
  }

  /** Assigns the characters since the end of the previous file to a file. */
  void end(DataFile file) {
    parts.add(new Part(file, parts.isEmpty() ? 0 : parts.get(parts.size() - 1).to(), count));
  }

  int[] codePoints() {
    return Arrays.copyOf(characters, count);
  }

  /**
   * Replaces characters by numbers.
   *
   * @throws DataException for the first that has none
   */
  void number(Vocabulary vocabulary) throws DataException {
    for (int k = 0; k < count; k++) {
      int number = vocabulary.number(characters[k]);
      if (number < 0) {
        throw fault(ErrorCode.DATA_MISMATCH, k, -1, Vocabulary.shown(characters[k]) + " does not occur in the text that the network was trained on")
            .help("remove such characters, or train on a text that has them");
      }
      characters[k] = number;
    }
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public void step(int step, double[] to) {
    to[0] = characters[step];
    to[1] = characters[step];
  }

  @Override
  public long line(int step) {
    return step - part(step).from() + 1L;
  }

  private Part part(int step) {
    return parts.stream().filter(part -> step < part.to()).findFirst().orElseThrow();
  }

  @Override
  public String name(int entry) {
    return "character";
  }

  @Override
  public DataException fault(ErrorCode code, int step, int entry, String message) {
    return part(step).file().fault(code, "character " + line(step) + ": " + message);
  }

  @Override
  public void close() {}
}
