package dev.nngen.train.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The characters of a text with their numbers: Unicode code points in ascending order. */
public final class Vocabulary {

  private final List<String> characters;
  private final Map<Integer, Integer> numbers = new HashMap<>();

  /**
   * @param characters each of one code point, in the order of their numbers
   */
  public Vocabulary(List<String> characters) {
    this.characters = List.copyOf(characters);
    for (int k = 0; k < characters.size(); k++) {
      String character = characters.get(k);
      if (character.codePointCount(0, character.length()) != 1 || numbers.put(character.codePointAt(0), k) != null) {
        throw new IllegalArgumentException("a vocabulary has single characters, each once");
      }
    }
  }

  /** Returns the vocabulary of some code points. */
  static Vocabulary of(IntStream codePoints) {
    return new Vocabulary(codePoints.distinct().sorted().mapToObj(Character::toString).toList());
  }

  public List<String> characters() {
    return characters;
  }

  public int size() {
    return characters.size();
  }

  /** Returns the number of a character, or -1. */
  public int number(int codePoint) {
    return numbers.getOrDefault(codePoint, -1);
  }

  /** Returns a character for a message, even if it is a space or invisible. */
  public static String shown(int codePoint) {
    return switch (codePoint) {
      case '\n' -> "a line break";
      case '\t' -> "a tab";
      case ' ' -> "a space";
      default -> Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.FORMAT ? String.format("U+%04X", codePoint)
          : "`" + Character.toString(codePoint) + "`" + (codePoint < 128 ? "" : String.format(" (U+%04X)", codePoint));
    };
  }
}
