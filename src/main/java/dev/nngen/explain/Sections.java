package dev.nngen.explain;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Cost;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Repeatable;
import dev.nngen.formula.Formula;
import dev.nngen.parse.NnParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The common parts of all documents: phrases, and the selection of values of equal layers. */
final class Sections {

  static final String LEGEND = "Products of matrices are written side by side or with a dot; products, quotients and powers with a "
      + "ring, and fractions of matrices, are entry by entry. A column or row is broadcast along a matrix.";

  static final String CLAIMS = "The compiler proves each statement if it is in the model file.";

  /** Up to this many values of equal layers are listed one by one. For more the first is shown, and the others are named. */
  private static final int MOST_LISTED = 3;

  private Sections() {}

  /** A value, and the later ones that are equal up to names. */
  record Shown<T extends Repeatable>(T first, List<T> others) {}

  /** Consecutive parts, either all in full or all repeated. */
  record Block<T extends Repeatable>(boolean repeated, List<Shown<T>> shown) {}

  static <T extends Repeatable> List<Block<T>> blocks(List<T> items) {
    List<Block<T>> blocks = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= items.size(); i++) {
      if (i == items.size() || items.get(i).like().isPresent() != items.get(start).like().isPresent()) {
        blocks.add(block(items.subList(start, i)));
        start = i;
      }
    }
    return blocks;
  }

  private static <T extends Repeatable> Block<T> block(List<T> items) {
    boolean repeated = !items.isEmpty() && items.get(0).like().isPresent();
    Map<String, List<T>> groups = new LinkedHashMap<>();
    for (T item : items) {
      groups.computeIfAbsent(item.like().orElse(item.name()), like -> new ArrayList<>()).add(item);
    }
    boolean listed = groups.values().stream().allMatch(group -> group.size() <= MOST_LISTED);
    List<Shown<T>> shown = listed ? items.stream().map(item -> new Shown<>(item, List.<T>of())).toList()
        : groups.values().stream().map(group -> new Shown<>(group.get(0), group.subList(1, group.size()))).toList();
    return new Block<>(repeated, shown);
  }

  /** Returns the gradients of parameters, and the deltas and other gradients on which they depend, each before its users. */
  static List<Shown<Adjoint>> results(Derivation derivation) {
    List<Adjoint> wanted = new ArrayList<>();
    Set<String> mentioned = new LinkedHashSet<>();
    List<Adjoint> backToFront = new ArrayList<>(derivation.backward());
    Collections.reverse(backToFront);
    for (Adjoint adjoint : backToFront) {
      if (adjoint.parameter() || !Collections.disjoint(mentioned, MentionedNames.of(adjoint))) {
        wanted.add(0, adjoint);
        mentioned.addAll(MentionedNames.in(adjoint.conclusion().formula()));
      }
    }
    Map<String, List<Adjoint>> kinds = new LinkedHashMap<>();
    wanted.forEach(adjoint -> kinds.computeIfAbsent(adjoint.like().orElse(adjoint.name()), kind -> new ArrayList<>()).add(adjoint));
    boolean listed = kinds.values().stream().allMatch(kind -> kind.size() <= MOST_LISTED);
    return listed ? wanted.stream().map(adjoint -> new Shown<>(adjoint, List.<Adjoint>of())).toList()
        : kinds.values().stream().map(kind -> new Shown<>(kind.get(0), kind.subList(1, kind.size()))).toList();
  }

  /** {@code in the same way W3, W4, ..., W99}; empty for no names. */
  static Phrase others(List<Formula> names) {
    return names.isEmpty() ? Phrase.EMPTY : Phrase.words("in the same way ").then(listed(names));
  }

  /** {@code W3, W4, ..., W99}. */
  static Phrase listed(List<Formula> names) {
    Phrase phrase = Phrase.EMPTY;
    for (int i = 0; i < names.size(); i++) {
      boolean skipped = names.size() > MOST_LISTED && i >= 2 && i < names.size() - 1;
      if (!skipped) {
        phrase = phrase.then(i == 0 ? "" : ", ").then(names.get(i));
      } else if (i == 2) {
        phrase = phrase.then(", ...");
      }
    }
    return phrase;
  }

  static Phrase others(Shown<Adjoint> shown) {
    return others(shown.others().stream().map(Adjoint::left).toList());
  }

  static Phrase otherValues(Shown<Definition> shown) {
    return others(shown.others().stream().map(Definition::left).toList());
  }

  /** {@code 4 x m, parameter}. */
  static String describe(Definition definition) {
    String role = switch (definition.role()) {
      case INPUT -> "input";
      case TARGET -> "target";
      case PARAMETER -> "parameter";
      case FROZEN -> "frozen parameter";
      case STATE -> "state";
      case NOISE -> "noise";
      case OUTPUT -> "output";
      case LOSS -> "minimized";
      case VALUE -> "";
    };
    return role.isEmpty() ? definition.shape() : definition.shape() + ", " + role;
  }

  /** {@code 2,304 per sample + 16}. */
  static String amount(Cost cost) {
    String fixed = number(cost.fixed());
    if (cost.perSample() == 0) {
      return fixed + " " + cost.unit();
    }
    return number(cost.perSample()) + " " + cost.unit() + " per sample" + (cost.fixed() == 0 ? "" : " and " + fixed + (cost.unit().equals("bytes") ? "" : " per batch"));
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Returns the results as statements of the language, without those of repeated layers, unproved results and results that are too long. */
  static List<String> claims(Derivation derivation) {
    return derivation.backward().stream().filter(adjoint -> !adjoint.language().isEmpty() && adjoint.like().isEmpty()).map(Adjoint::claim)
        .filter(Sections::isStatement).toList();
  }

  private static boolean isStatement(String text) {
    Diagnostics diagnostics = new Diagnostics();
    NnParser.parse(new Source("claim", "model M { " + text + " }"), diagnostics);
    return diagnostics.isEmpty();
  }
}
