package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.rules.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Matches patterns against written values, up to the order of terms and factors (associative-commutative matching). Values of equal variables must
 * have equal normal forms. A single variable among the terms or factors matches all that remain.
 */
record RuleMatcher(FormBuilder builder, Exponentials exponentials) {

  /** Upper bound of the number of matches. */
  private static final int MOST = 8;

  /**
   * A match of a pattern.
   *
   * @param values of variables
   * @param factor the cofactor of the pattern
   * @param others terms in addition to the pattern times the factor
   */
  record Match(Map<String, FactoredTerm> values, FactoredTerm factor, List<FactoredTerm> others) {

    private static final Match EMPTY = new Match(Map.of(), FactoredTerm.ONE, List.of());

    private Match with(String name, FactoredTerm value) {
      Map<String, FactoredTerm> more = new HashMap<>(values);
      more.put(name, value);
      return new Match(more, factor, others);
    }

    private Match times(FactoredTerm rest) {
      return new Match(values, factor.times(rest), others);
    }

    private Match plus(List<FactoredTerm> rest) {
      return new Match(values, factor, rest);
    }
  }

  /** Returns the matches of the pattern with a factor, a term, or some of the terms or factors of the value. */
  List<Match> find(Pattern pattern, FactoredTerm value) {
    if (pattern instanceof Pattern.Sum sum) {
      List<Match> matches = new ArrayList<>();
      for (View base : value.powers().keySet()) {
        if (value.exponent(base).isOne()) {
          sums(sum, FactoredTerm.of(base), Match.EMPTY, true).forEach(match -> matches.add(match.times(value.without(base))));
        }
      }
      return matches;
    }
    Pattern.Product product = pattern instanceof Pattern.Product found ? found
        : new Pattern.Product(Rational.ONE, List.of(new Pattern.Factor(pattern, Rational.ONE)));
    return factors(product.factors(), value.times(product.coefficient().reciprocal()), Match.EMPTY, true);
  }

  private List<Match> all(Pattern pattern, FactoredTerm value, Match match) {
    if (pattern instanceof Pattern.Variable variable) {
      return variable(variable, value, match);
    }
    if (pattern instanceof Pattern.Apply apply) {
      if (apply.fn() == Fn.EXP && !value.isSingle() && exponentials.isExponential(value)) {
        return all(apply.arguments().get(0), builder.factored(exponentials.split(value).exponent()), match);
      }
      return value.isSingle() && value.coefficient().isOne() ? applied(apply, value.first(), match) : List.of();
    }
    if (pattern instanceof Pattern.Sum sum) {
      return sums(sum, value, match, false).stream().filter(found -> found.factor.equals(match.factor)).toList();
    }
    Pattern.Product product = (Pattern.Product) pattern;
    if (product.factors().isEmpty()) {
      return value.isNumber() && value.coefficient().equals(product.coefficient()) ? List.of(match) : List.of();
    }
    return factors(product.factors(), value.times(product.coefficient().reciprocal()), match, false);
  }

  private List<Match> variable(Pattern.Variable variable, FactoredTerm value, Match match) {
    FactoredTerm known = match.values.get(variable.name());
    if (known != null) {
      return isSame(known, value) ? List.of(match) : List.of();
    }
    return variable.isNumber() && !value.isNumber() ? List.of() : List.of(match.with(variable.name(), value));
  }

  private boolean isSame(FactoredTerm a, FactoredTerm b) {
    return a.equals(b) || builder.judge().of(builder.product(a)).equals(builder.judge().of(builder.product(b)));
  }

  private List<Match> applied(Pattern.Apply pattern, View value, Match match) {
    if (!(builder.node(value) instanceof Node.Apply apply) || apply.fn() != pattern.fn()) {
      return List.of();
    }
    List<FactoredTerm> arguments = apply.arguments().stream().map(argument -> builder.factored(argument.rewire(value.axes()))).toList();
    List<Match> matches = arguments(pattern.arguments(), arguments, match);
    return matches.isEmpty() && apply.fn().isSymmetric() ? arguments(pattern.arguments(), List.of(arguments.get(1), arguments.get(0)), match) : matches;
  }

  private List<Match> arguments(List<Pattern> patterns, List<FactoredTerm> values, Match match) {
    List<Match> matches = List.of(match);
    for (int k = 0; k < patterns.size(); k++) {
      Pattern pattern = patterns.get(k);
      FactoredTerm value = values.get(k);
      matches = matches.stream().flatMap(found -> all(pattern, value, found).stream()).limit(MOST).toList();
    }
    return matches;
  }

  /**
   * @param isPart true if factors may remain, which become the match's factor
   */
  private List<Match> factors(List<Pattern.Factor> patterns, FactoredTerm value, Match match, boolean isPart) {
    Optional<Pattern.Factor> rest = patterns.stream().filter(factor -> factor.base().asVariable().isPresent() && factor.exponent().abs().isOne()).reduce((a, b) -> b);
    List<Pattern.Factor> others = patterns.stream().filter(factor -> !rest.equals(Optional.of(factor))).toList();
    List<Match> matches = new ArrayList<>();
    assigned(others, value, match, matches, rest);
    return isPart ? matches.stream().limit(MOST).toList() : matches.stream().filter(found -> found.factor.equals(match.factor)).limit(MOST).toList();
  }

  private void assigned(List<Pattern.Factor> patterns, FactoredTerm value, Match match, List<Match> matches, Optional<Pattern.Factor> rest) {
    if (patterns.isEmpty()) {
      matches.addAll(rest.isEmpty() ? List.of(match.times(value)) : value.powers().isEmpty() && value.coefficient().isOne() ? List.of()
          : all(rest.get().base(), value.power(rest.get().exponent().intValueExact()), match));
      return;
    }
    Pattern.Factor first = patterns.get(0);
    for (View base : value.powers().keySet()) {
      Rational left = value.exponent(base).minus(first.exponent());
      boolean isThere = left.isZero() || left.isInteger() && left.signum() == first.exponent().signum();
      if (isThere && matches.size() < MOST) {
        FactoredTerm remaining = value.times(base, first.exponent().negate());
        factor(first, FactoredTerm.of(base), match).forEach(found -> assigned(patterns.subList(1, patterns.size()), remaining, found, matches, rest));
      }
    }
  }

  /** Matches a factor. A sum may be a multiple of the pattern. */
  private List<Match> factor(Pattern.Factor pattern, FactoredTerm base, Match match) {
    if (!(pattern.base() instanceof Pattern.Sum sum) || !pattern.exponent().isInteger()) {
      return all(pattern.base(), base, match);
    }
    return sums(sum, base, new Match(match.values, FactoredTerm.ONE, match.others), false).stream()
        .map(found -> new Match(found.values, match.factor.times(found.factor.power(pattern.exponent().intValueExact())), found.others)).toList();
  }

  /**
   * Matches terms up to a common coefficient, which becomes part of the match's factor.
   *
   * @param isPart true if terms may remain
   */
  private List<Match> sums(Pattern.Sum pattern, FactoredTerm value, Match match, boolean isPart) {
    if (!value.isSingle()) {
      return List.of();
    }
    List<FactoredTerm> parts = exponentials.parts(value.first()).stream().filter(part -> !part.coefficient().isZero()).toList();
    Optional<Pattern.Term> rest = pattern.terms().stream().filter(term -> term.value().asVariable().isPresent() && term.coefficient().abs().isOne()).reduce((a, b) -> b);
    List<Pattern.Term> others = new ArrayList<>(pattern.terms().stream().filter(term -> !rest.equals(Optional.of(term))).toList());
    if (!pattern.constant().isZero()) {
      others.add(new Pattern.Term(pattern.constant(), new Pattern.Product(Rational.ONE, List.of())));
    }
    List<Match> matches = new ArrayList<>();
    if (!parts.isEmpty() && !others.isEmpty() && parts.size() >= others.size()) {
      Pattern.Term first = others.get(0);
      for (FactoredTerm part : parts) {
        // A number variable matches the coefficient, so only a first term without one determines the common coefficient.
        Rational scale = hasNumber(first.value()) ? Rational.ONE : part.coefficient().over(first.coefficient());
        List<FactoredTerm> scaled = parts.stream().map(each -> each.times(scale.reciprocal())).toList();
        all(first.value(), part.times(scale.reciprocal()).times(first.coefficient().reciprocal()), match).forEach(found ->
            summed(others.subList(1, others.size()), without(scaled, part.times(scale.reciprocal())), found, matches, rest, isPart, scale));
      }
    }
    return matches.stream().limit(MOST).map(found -> found.times(FactoredTerm.number(value.coefficient()))).toList();
  }

  private static boolean hasNumber(Pattern pattern) {
    return pattern.asVariable().map(Pattern.Variable::isNumber).orElse(false)
        || pattern instanceof Pattern.Product product && product.factors().stream().anyMatch(factor -> hasNumber(factor.base()));
  }

  private static List<FactoredTerm> without(List<FactoredTerm> parts, FactoredTerm part) {
    List<FactoredTerm> rest = new ArrayList<>(parts);
    rest.remove(part);
    return rest;
  }

  private void summed(List<Pattern.Term> patterns, List<FactoredTerm> parts, Match match, List<Match> matches, Optional<Pattern.Term> rest, boolean isPart, Rational scale) {
    if (matches.size() >= MOST) {
      return;
    }
    if (!patterns.isEmpty()) {
      Pattern.Term first = patterns.get(0);
      parts.forEach(part -> all(first.value(), part.times(first.coefficient().reciprocal()), match).forEach(found ->
          summed(patterns.subList(1, patterns.size()), without(parts, part), found, matches, rest, isPart, scale)));
    } else if (rest.isPresent()) {
      if (!parts.isEmpty()) {
        FactoredTerm left = builder.factored(builder.sum(Rational.ZERO, parts, builder.isDerived())).times(rest.get().coefficient());
        all(rest.get().value(), left, match).forEach(found -> matches.add(found.times(FactoredTerm.number(scale))));
      }
    } else if (parts.isEmpty() || isPart) {
      matches.add(match.plus(parts).times(FactoredTerm.number(scale)));
    }
  }
}
