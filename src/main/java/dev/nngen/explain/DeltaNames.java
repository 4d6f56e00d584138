package dev.nngen.explain;

import dev.nngen.lower.Program;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of deltas, as textbooks call the gradients with respect to values that have parameters in their definition. {@code delta2} is the gradient
 * with respect to Z2, {@code delta_H} with respect to Z_H. If two values have the same number or layer, {@code delta_Q_P} is the one for Q_P.
 */
final class DeltaNames {

  private final Map<String, String> names = new LinkedHashMap<>();

  /**
   * @param taken names that a delta may not have
   */
  DeltaNames(Gradients gradients, List<Program.Parameter> parameters, Set<String> taken) {
    Set<String> values = new LinkedHashSet<>();
    for (Program.Parameter parameter : parameters) {
      gradients.consumers(gradients.of(parameter.name())).stream().filter(consumer -> !consumer.equals(gradients.loss()) && gradients.isFirst(gradients.of(consumer))).forEach(values::add);
    }
    Set<String> met = new HashSet<>();
    Set<String> twice = new HashSet<>();
    values.stream().map(DeltaNames::suffix).filter(suffix -> !met.add(suffix)).forEach(twice::add);
    values.forEach(value -> names.put(gradients.of(value), free(twice.contains(suffix(value)) ? "_" + value : suffix(value), taken)));
  }

  private String free(String suffix, Set<String> taken) {
    String name = "delta" + suffix;
    for (int number = 1; taken.contains(name) || names.containsValue(name); number++) {
      name = "delta" + suffix + "_" + number;
    }
    return name;
  }

  /** Returns the delta's name of a gradient, or the gradient's own name if it is not a delta. */
  String nameOf(String gradient) {
    return names.getOrDefault(gradient, gradient);
  }

  boolean contains(String gradient) {
    return names.containsKey(gradient);
  }

  /** Returns the names of deltas by the names of gradients. */
  Map<String, String> names() {
    return names;
  }

  /** {@code 2} of {@code Z2}, {@code _H} of {@code Z_H}, {@code _U} of {@code U}. */
  private static String suffix(String value) {
    int underscore = value.indexOf('_', 1);
    if (underscore > 0) {
      return value.substring(underscore);
    }
    String digits = value.replaceFirst("^.*?(\\d*)$", "$1");
    return digits.isEmpty() ? "_" + value : digits;
  }
}
