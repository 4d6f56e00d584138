package dev.nngen.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of simplification of a graph.
 *
 * @param steps the rewrites of each named value and of its unnamed parts, by the name of the value; values without rewrites are missing
 * @param rejected the names of rules whose form differed from the value and was dropped; empty if all rules are correct
 */
public record Rewrites(Map<String, List<Step>> steps, List<String> rejected) {

  /** The log of a graph that was not simplified. */
  public static final Rewrites NONE = new Rewrites(Map.of(), List.of());

  /**
   * A rule that was applied.
   *
   * @param condition the rule's side condition, which holds, in the letters of the rule; empty if it always applies
   */
  public record Step(String rule, String condition) {}

  public Rewrites {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    rejected = List.copyOf(rejected);
  }

  /** Returns the rewrites of a named value, empty if it has none. */
  public List<Step> of(String name) {
    return steps.getOrDefault(name, List.of());
  }
}
