package dev.nngen.simplify;

import dev.nngen.ast.Expr;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.FormChoice.Form;
import dev.nngen.simplify.rules.Pattern;
import dev.nngen.simplify.rules.RewriteRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Applies the rules of the table to a value and to the sums and products in it. */
final class RuleForms {

  /** Nested sums, products and powers below this depth are not rewritten. */
  private static final int DEEPEST = 4;
  /** Upper bound of the number of forms of a value. */
  private static final int MOST = 24;

  private final FormBuilder builder;
  private final RuleMatcher matcher;
  private final SurfaceFunctions functions;
  private final List<Candidate> rules;
  /** The rules whose left side loses digits. */
  private final List<Candidate> exact;

  /** A rule, and the functions that a value must contain to match it. */
  private record Candidate(RewriteRule.Compiled rule, SurfaceFunctions.FunctionSet needed) {}

  RuleForms(FormBuilder builder, RuleMatcher matcher, List<RewriteRule.Compiled> rules) {
    this.builder = builder;
    this.matcher = matcher;
    this.functions = new SurfaceFunctions(builder);
    this.rules = rules.stream().map(rule -> new Candidate(rule, SurfaceFunctions.of(rule.left()))).toList();
    this.exact = this.rules.stream().filter(candidate -> candidate.rule.rule().isExact()).toList();
  }

  /** Returns the forms and those that rules make of them, transitively. */
  List<Form> closure(List<Form> forms) {
    List<Form> all = new ArrayList<>(forms);
    Set<View> seen = new HashSet<>();
    for (int k = 0; k < all.size() && all.size() < MOST; k++) {
      if (seen.add(all.get(k).view())) {
        all.addAll(of(all.get(k).view()));
      }
    }
    return all;
  }

  /** Applies all rules whose left side loses digits. */
  View exact(View value) {
    for (Form form : of(value, exact, 0)) {
      if (!form.view().equals(value)) {
        return exact(form.view());
      }
    }
    return value;
  }

  List<Form> of(View value) {
    return of(value, rules, 0);
  }

  private List<Form> of(View value, List<Candidate> rules, int depth) {
    FactoredTerm term = builder.factored(value);
    List<Form> forms = new ArrayList<>();
    SurfaceFunctions.FunctionSet present = functions.of(term);
    rules.stream().filter(candidate -> present.containsAll(candidate.needed)).forEach(candidate -> forms.addAll(byRule(candidate.rule, term)));
    if (depth < DEEPEST) {
      term.powers().forEach((base, exponent) -> inner(base, !exponent.isOne(), rules, depth).forEach(form -> forms.add(new Form(
          builder.product(term.without(base).times(power(builder.factored(form.view()), exponent))), form.rule()))));
    }
    return forms;
  }

  private List<Form> byRule(RewriteRule.Compiled rule, FactoredTerm term) {
    return matcher.find(rule.left(), term).stream().filter(match -> holds(rule.conditions(), match.values()))
        .map(match -> new Form(builder.product(written(rule.right(), match)), rule.rule())).toList();
  }

  /** Returns forms of a sum that is the base of a factor and is not available, and of its terms. */
  private List<Form> inner(View base, boolean isPower, List<Candidate> rules, int depth) {
    if (!(builder.node(base) instanceof Node.Sum sum) || sum.isNumber() || builder.available().contains(base.node()) || functions.of(FactoredTerm.of(base)).isEmpty()) {
      return List.of();
    }
    List<Form> forms = new ArrayList<>();
    rules.stream().filter(candidate -> isPower && candidate.rule.left() instanceof Pattern.Sum && functions.of(FactoredTerm.of(base)).containsAll(candidate.needed))
        .forEach(candidate -> forms.addAll(byRule(candidate.rule, FactoredTerm.of(base))));
    List<FactoredTerm> terms = sum.terms().stream().map(part -> builder.factored(part.view().rewire(base.axes())).times(part.coefficient())).toList();
    for (int k = 0; k < terms.size(); k++) {
      int at = k;
      List<Form> ofTerm = functions.of(terms.get(k)).isEmpty() ? List.of() : of(builder.product(terms.get(k)), rules, depth + 1);
      ofTerm.forEach(form -> {
        List<FactoredTerm> changed = new ArrayList<>(terms);
        changed.set(at, builder.factored(form.view()));
        forms.add(new Form(builder.sum(sum.constant(), changed, builder.isDerived()), form.rule()));
      });
    }
    return forms;
  }

  private FactoredTerm written(Pattern right, RuleMatcher.Match match) {
    FactoredTerm value = term(right, match.values());
    if (!match.others().isEmpty()) {
      List<FactoredTerm> terms = new ArrayList<>(match.others());
      terms.add(0, value);
      value = builder.factored(builder.sum(Rational.ZERO, terms, builder.isDerived()));
    }
    return match.factor().times(value);
  }

  private FactoredTerm term(Pattern pattern, Map<String, FactoredTerm> values) {
    if (pattern instanceof Pattern.Variable variable) {
      return values.get(variable.name());
    }
    if (pattern instanceof Pattern.Apply apply) {
      List<View> arguments = apply.arguments().stream().map(argument -> builder.product(term(argument, values))).toList();
      return apply.fn() == Fn.LOG && builder.isNumber(arguments.get(0), Rational.ONE) ? FactoredTerm.number(Rational.ZERO)
          : apply.fn() == Fn.EXP ? matcher.exponentials().exp(arguments.get(0)) : builder.factored(builder.signed(apply.fn(), arguments));
    }
    if (pattern instanceof Pattern.Sum sum) {
      List<View> terms = sum.terms().stream().map(part -> builder.product(term(part.value(), values).times(part.coefficient()))).toList();
      return builder.factored(builder.sum(sum.constant(), matcher.exponentials().terms(terms), builder.isDerived()));
    }
    Pattern.Product product = (Pattern.Product) pattern;
    FactoredTerm total = FactoredTerm.number(product.coefficient());
    for (Pattern.Factor factor : product.factors()) {
      total = total.times(power(term(factor.base(), values), factor.exponent()));
    }
    return total;
  }

  private FactoredTerm power(FactoredTerm base, Rational exponent) {
    return exponent.isInteger() ? base.power(exponent.intValueExact()) : builder.factored(builder.product(base), exponent);
  }

  private boolean holds(List<RewriteRule.Condition> conditions, Map<String, FactoredTerm> values) {
    return conditions.stream().allMatch(condition -> {
      FactoredTerm right = term(condition.right(), values).times(Rational.MINUS_ONE);
      View difference = builder.sum(Rational.ZERO, List.of(term(condition.left(), values), right), false);
      return holds(condition.op(), builder.judge().range(difference), builder.judge().isNeverPositive(difference));
    });
  }

  private static boolean holds(Expr.BinaryOp op, Interval difference, boolean isNeverPositive) {
    return switch (op) {
      case GREATER -> difference.isPositive();
      case AT_LEAST -> difference.isNonNegative();
      case LESS -> difference.isNegative();
      case AT_MOST -> isNeverPositive;
      case NOT_EQUAL -> difference.excludesZero();
      default -> throw new IllegalArgumentException("no condition has the operator " + op.symbol);
    };
  }
}
