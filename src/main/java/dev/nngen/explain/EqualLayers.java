package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Repeatable;
import dev.nngen.explain.Derivation.Role;
import dev.nngen.formula.LanguagePrinter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds values and gradients of equal layers: those that equal an earlier one up to names. */
final class EqualLayers {

  /** Roles of values that belong to a layer and have no definition. */
  private static final Set<Role> OWNED = EnumSet.of(Role.PARAMETER, Role.FROZEN, Role.STATE, Role.NOISE);

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  private EqualLayers() {}

  /** Marks gradients that repeat an earlier one: from the second on if they have several lines, from the third on if they have one. */
  static List<Adjoint> mark(List<Adjoint> adjoints) {
    return mark(adjoints, EqualLayers::pattern, adjoint -> adjoint.lines().size() > 1 ? 1 : 2, Adjoint::like);
  }

  /** Marks values with the same definition as two earlier ones, whose names differ in numbers only. Parameters are alike if their users are. */
  static List<Definition> markDefinitions(List<Definition> definitions) {
    List<Definition> marked = mark(definitions, EqualLayers::pattern, definition -> isGiven(definition) ? Integer.MAX_VALUE : 2, Definition::like);
    Set<String> used = new LinkedHashSet<>();
    marked.stream().filter(definition -> definition.like().isPresent()).forEach(definition -> used.addAll(definition.uses()));
    for (int i = 0; i < marked.size(); i++) {
      Definition definition = definitions.get(i);
      if (OWNED.contains(definition.role()) && !used.contains(definition.name())) {
        marked.set(i, definition);
      }
    }
    return marked;
  }

  /** Merges sentences that are equal up to names, with the values of the others. */
  static List<Phrase> joined(List<Phrase> sentences) {
    Map<String, List<Phrase>> kinds = new LinkedHashMap<>();
    sentences.forEach(sentence -> kinds.computeIfAbsent(numbered(sentence.text()), kind -> new ArrayList<>()).add(sentence));
    return kinds.values().stream().map(kind -> kind.get(0).and(Sections.others(kind.subList(1, kind.size()).stream().flatMap(Phrase::subject).toList()))).toList();
  }

  private static boolean isGiven(Definition definition) {
    return definition.role() == Role.INPUT || definition.role() == Role.TARGET;
  }

  private static <T extends Repeatable> List<T> mark(List<T> items, Function<T, String> pattern, ToIntFunction<T> shown,
      BiFunction<T, String, T> like) {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    List<T> marked = new ArrayList<>();
    for (T item : items) {
      List<String> before = kinds.computeIfAbsent(pattern.apply(item), kind -> new ArrayList<>());
      marked.add(before.size() >= shown.applyAsInt(item) ? like.apply(item, before.get(0)) : item);
      before.add(item.name());
    }
    return marked;
  }

  private static String pattern(Definition definition) {
    String text = definition.right().map(LanguagePrinter::javadoc).orElse("");
    return definition.name().replaceAll("\\d+", "#") + ' ' + definition.role() + ' ' + definition.shape() + ' '
        + numbered(definition.name() + '\n' + text);
  }

  private static String pattern(Adjoint adjoint) {
    StringBuilder text = new StringBuilder(adjoint.name());
    for (Line line : adjoint.lines()) {
      text.append('\n').append(line.relation()).append(' ').append(line.rule()).append(' ')
          .append(LanguagePrinter.javadoc(line.formula())).append(' ').append(line.why().text());
    }
    return numbered(text.append('\n').append(adjoint.note()).toString());
  }

  /** Replaces every name of a value by the number of its first occurrence. */
  private static String numbered(String text) {
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
