package dev.nngen.ir;

import java.util.List;

/**
 * How a text calls the axes of a value, {@code o, y, x} of {@code Z[o, y, x]}: a name for each of {@link Graph.Value#allAxes}, empty for an axis
 * that has none; no names at all where the text gives none.
 *
 * @param defined names on the left side of the value's equation
 * @param read names in subscripts by which others read it; of {@code y + i} that on the left side of the reader's equation
 * @param bound what reductions of its equation bind, in the order of the text
 * @param blocks the indices of the blocks in which it is defined
 */
public record AxisNames(List<String> defined, List<String> read, List<String> bound, List<String> blocks) {

  public static final AxisNames NONE = new AxisNames(List.of(), List.of(), List.of(), List.of());

  public AxisNames {
    defined = known(defined);
    read = known(read);
    bound = List.copyOf(bound);
    blocks = List.copyOf(blocks);
  }

  private static List<String> known(List<String> names) {
    return names.stream().allMatch(String::isEmpty) ? List.of() : List.copyOf(names);
  }

  public boolean isEmpty() {
    return defined.isEmpty() && read.isEmpty();
  }
}
