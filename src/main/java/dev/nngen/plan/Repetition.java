package dev.nngen.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Finds the parts of a list that repeat a short pattern. */
public final class Repetition {

  private Repetition() {}

  /** A part of a list: {@code rounds} times the same {@code period} elements, starting at {@code start}. */
  public record Stretch(int start, int period, int rounds) {

    public int end() {
      return start + period * rounds;
    }
  }

  /** Returns the stretches of elements that are equal a period apart. */
  static List<Stretch> find(List<?> elements, int fewestRounds, int longestPeriod) {
    return find(elements, (one, later) -> one.equals(later) ? Optional.of(true) : Optional.empty(), fewestRounds, longestPeriod);
  }

  /**
   * Returns the stretches from front to back, each the longest that begins at its start, with the shortest pattern.
   *
   * @param change the difference between an element and the one a period later, the same in all rounds; empty if they have nothing in common
   * @param fewestRounds minimum number of repetitions
   * @param longestPeriod maximum number of elements of a pattern; running time grows with it
   */
  public static <E> List<Stretch> find(List<E> elements, BiFunction<E, E, Optional<?>> change, int fewestRounds, int longestPeriod) {
    Stretch[] longest = new Stretch[elements.size()];
    for (int period = 1; period <= Math.min(longestPeriod, elements.size() - 1); period++) {
      List<Optional<?>> changes = new ArrayList<>();
      for (int k = 0; k + period < elements.size(); k++) {
        changes.add(change.apply(elements.get(k), elements.get(k + period)));
      }
      int common = 0;
      for (int start = changes.size() - 1; start >= 0; start--) {
        boolean goesOn = start + period < changes.size() && changes.get(start).equals(changes.get(start + period));
        common = changes.get(start).isEmpty() ? 0 : goesOn ? common + 1 : Math.min(common + 1, period);
        Stretch stretch = new Stretch(start, period, 1 + common / period);
        if (stretch.rounds() >= fewestRounds && (longest[start] == null || stretch.end() > longest[start].end())) {
          longest[start] = stretch;
        }
      }
    }
    List<Stretch> stretches = new ArrayList<>();
    for (int start = 0; start < longest.length; start = longest[start] == null ? start + 1 : longest[start].end()) {
      if (longest[start] != null) {
        stretches.add(longest[start]);
      }
    }
    return stretches;
  }
}
