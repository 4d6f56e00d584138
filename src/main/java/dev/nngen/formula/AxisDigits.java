package dev.nngen.formula;

import dev.nngen.ir.Extent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * An axis whose index is written as a number of several digits, because formulas use some digits alone: {@code 4*k + i} for the unit i of head k.
 *
 * @param digits from the highest to the lowest
 */
record AxisDigits(List<Digit> digits) {

  /**
   * A digit of a number.
   *
   * @param weight by which it is multiplied
   * @param size its number of values
   */
  record Digit(String letter, long weight, long size) {}

  AxisDigits {
    digits = List.copyOf(digits);
  }

  /** {@code 4*k + i}. */
  String text() {
    return digits.stream().map(digit -> (digit.weight() == 1 ? "" : digit.weight() + "*") + digit.letter()).collect(Collectors.joining(" + "));
  }

  List<String> letters() {
    return digits.stream().map(Digit::letter).toList();
  }

  /**
   * Returns the digits of an axis.
   *
   * @param places the weights of digits, from 1, and preferred letters
   * @param taken letters that have another meaning in the formula
   * @param next returns an unused letter
   * @return empty if the places are not those of one number, or the digits count more than the axis has
   */
  static Optional<AxisDigits> of(SortedMap<Long, String> places, Extent extent, Collection<String> taken, BiFunction<Extent, Collection<String>, String> next) {
    long size = extent instanceof Extent.Fixed fixed ? fixed.size() : 1;
    List<Map.Entry<Long, String>> within = places.entrySet().stream().filter(place -> place.getKey() < size).toList();
    boolean nested = within.size() > 1 && size % within.get(within.size() - 1).getKey() == 0;
    for (int k = 1; k < within.size(); k++) {
      nested &= within.get(k).getKey() % within.get(k - 1).getKey() == 0;
    }
    if (!nested) {
      return Optional.empty();
    }
    Set<String> used = new LinkedHashSet<>(taken);
    List<Digit> digits = new ArrayList<>();
    long above = size;
    for (int k = within.size() - 1; k >= 0; k--) {
      long weight = within.get(k).getKey();
      String wanted = within.get(k).getValue();
      String letter = wanted.isEmpty() || used.contains(wanted) ? next.apply(extent, used) : wanted;
      used.add(letter);
      digits.add(new Digit(letter, weight, above / weight));
      above = weight;
    }
    return Optional.of(new AxisDigits(digits));
  }
}
