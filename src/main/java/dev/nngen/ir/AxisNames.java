package dev.nngen.ir;

import java.util.List;

/**
 * The names of a value's axes in the text, {@code o, y, x} for {@code Z[o, y, x]}: one for each of {@link Graph.Value#allAxes}, empty for an axis
 * without a name. The list is empty if the text names no axis.
 *
 * @param defined names on the left side of the value's equation
 * @param read names in subscripts by which other equations read it; for {@code y + i} the name on the left side of that equation
 * @param bound the indices bound by reductions of its equation, in the order of the text
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
