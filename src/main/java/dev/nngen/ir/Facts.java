package dev.nngen.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Facts that the user declared about values of a graph. Results that use them list them as assumptions.
 *
 * @param ranges the entries of node {@code key} are in the interval
 * @param equalities node {@code key} equals node {@code value} in every entry (broadcast if it is a scalar)
 */
public record Facts(Map<Integer, Interval> ranges, Map<Integer, Integer> equalities) {

  public static final Facts NONE = new Facts(Map.of(), Map.of());

  public Facts {
    ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
    equalities = Collections.unmodifiableMap(new LinkedHashMap<>(equalities));
  }
}
