package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.LanguagePrinter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds gradients that are derived like one before, up to the names: those of equal layers. */
final class Repetition {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  private Repetition() {}

  /**
   * The same gradients, of which those that repeat one before say so: from the second on where there are steps to be left
   * out, from the third on where there is a single line.
   */
  static List<Adjoint> mark(List<Adjoint> adjoints) {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    List<Adjoint> marked = new ArrayList<>();
    for (Adjoint adjoint : adjoints) {
      List<String> before = kinds.computeIfAbsent(pattern(adjoint), pattern -> new ArrayList<>());
      boolean repeats = before.size() >= (adjoint.lines().size() > 1 ? 1 : 2);
      marked.add(repeats ? adjoint.like(before.get(0)) : adjoint);
      before.add(adjoint.name());
    }
    return marked;
  }

  /** The derivation with every name of a value replaced by the number of its first occurrence. */
  private static String pattern(Adjoint adjoint) {
    StringBuilder text = new StringBuilder(adjoint.name());
    for (Line line : adjoint.lines()) {
      text.append('\n').append(line.rule()).append(' ').append(LanguagePrinter.javadoc(line.formula()))
          .append(' ').append(line.why());
    }
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Matcher names = NAME.matcher(text);
    return names.replaceAll(match -> isFunction(text, match.end()) ? match.group()
        : "#" + numbers.computeIfAbsent(bare(match.group()), n -> numbers.size()));
  }

  private static boolean isFunction(CharSequence text, int end) {
    return end < text.length() && text.charAt(end) == '(';
  }

  /** A value and its gradient, {@code dZ1}, count as one name. */
  private static String bare(String name) {
    return name.length() > 1 && name.charAt(0) == 'd' ? name.substring(1) : name;
  }
}
