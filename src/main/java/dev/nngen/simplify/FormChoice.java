package dev.nngen.simplify;

import dev.nngen.ir.View;
import dev.nngen.simplify.AccuracyEstimate.Quality;
import dev.nngen.simplify.rules.RewriteRule;
import dev.nngen.simplify.rules.RuleTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses among forms of a value: one is better if it is finite where another is not, then if it keeps more digits, then if it costs less; of equal forms
 * the first stays. Remembers by which rules a form came about, and counts forms that are not the value.
 */
final class FormChoice {

  /** Bits that a value may lose before other forms of it are looked for. */
  private static final double DOUBTFUL = 12;

  private final AccuracyEstimate accuracy;
  private final FormCost cost;
  private final FormAgreement agreement;
  private final TargetForms judge;
  /** The rules by which forms came about, by node. */
  private final Map<Integer, Set<RewriteRule>> origins = new HashMap<>();
  private final List<String> rejected = new ArrayList<>();
  private final Set<String> offered = new LinkedHashSet<>();
  private boolean isSummed;

  FormChoice(AccuracyEstimate accuracy, FormCost cost, FormAgreement agreement, TargetForms judge) {
    this.accuracy = accuracy;
    this.cost = cost;
    this.agreement = agreement;
    this.judge = judge;
  }

  /** A form of a value, and the rule that gives it. */
  record Form(View view, RewriteRule rule) {

    /** Forms by one rule that the compiler computes. */
    static List<Form> by(String rule, Collection<View> views) {
      return views.stream().map(view -> new Form(view, RuleTable.get().rule(rule))).toList();
    }
  }

  /** Tells of the values that follow whether errors count against the largest entry only, since only their sum is needed. */
  void setSummed(boolean summed) {
    this.isSummed = summed;
  }

  Quality quality(View form) {
    return accuracy.of(form.node(), isSummed);
  }

  /** The best of the forms; the first if none is better. */
  View select(View first, List<Form> forms) {
    View best = first;
    Set<View> compared = new HashSet<>();
    for (Form form : forms) {
      offered.add(form.rule.name());
      if (compared.add(form.view) && !form.view.equals(best) && isBetter(form.view, best) && isSame(form, first)) {
        best = form.view;
        derive(form, first);
      }
    }
    return best;
  }

  /** The first of the forms that are finite at most points, and where the value's form is; the value's form if no other is. */
  View finite(View first, List<Form> forms) {
    View best = first;
    for (Form form : forms) {
      offered.add(form.rule.name());
      if (quality(form.view).isFiniteWhereOtherIsNot(quality(best)) && isSame(form, first)) {
        derive(form, first);
        best = form.view;
      }
    }
    return best;
  }

  /** The cheapest of the forms that are finite where the value's form is. */
  View cheapest(View first, List<Form> forms, FormCost by) {
    View best = first;
    for (Form form : forms) {
      offered.add(form.rule.name());
      if (by.of(form.view.node()) < by.of(best.node()) && !quality(form.view).isLessFinite(quality(best)) && isSame(form, first)) {
        best = form.view;
        derive(form, first);
      }
    }
    return best;
  }

  /** The form, or the plain value if they differ, which then counts as a rule that is not right. */
  View checked(View form, View plain) {
    if (form.equals(plain) || agree(form, plain)) {
      return form;
    }
    rejected.add("first form");
    return plain;
  }

  /** Notes that a form came about by a rule from another one. */
  private void derive(Form form, View from) {
    Set<RewriteRule> rules = origins.computeIfAbsent(form.view.node(), node -> new LinkedHashSet<>());
    rules.addAll(origins.getOrDefault(from.node(), Set.of()));
    rules.add(form.rule);
  }

  /** Notes that a form came about as the same form of other values did. */
  void adopt(View from, View form) {
    if (origins.containsKey(from.node())) {
      origins.computeIfAbsent(form.node(), node -> new LinkedHashSet<>()).addAll(origin(from));
    }
  }

  /** The rules by which a form came about. */
  Set<RewriteRule> origin(View form) {
    return origins.getOrDefault(form.node(), Set.of());
  }

  /** The names of rules that have proposed a form. */
  Set<String> offered() {
    return offered;
  }

  /** The names of rules that gave forms which are not the value; none if all rules are right. */
  List<String> rejected() {
    return rejected;
  }

  /** At ordinary points, or by normal forms: points have short axes, and the number of a long one's entries may be a factor of a form. */
  boolean agree(View form, View first) {
    return agreement.agree(form, first) || judge.of(form).equals(judge.of(first));
  }

  private boolean isSame(Form form, View first) {
    boolean isSame = agree(form.view, first);
    if (!isSame) {
      rejected.add(form.rule.name());
    }
    return isSame;
  }

  private boolean isBetter(View form, View than) {
    Quality a = quality(form);
    Quality b = quality(than);
    if (b.isFiniteWhereOtherIsNot(a) || a.isLessFinite(b)) {
      return false;
    }
    if (a.isFiniteWhereOtherIsNot(b)) {
      return true;
    }
    boolean isLess = a.isLessExact(b);
    boolean isMore = b.isLessExact(a);
    return isLess == isMore ? !isLess && isCheaper(form, than) : isMore;
  }

  boolean isCheaper(View form, View than) {
    return cost.of(form.node()) < cost.of(than.node());
  }

  boolean isMoreExact(View form, View than) {
    Quality a = quality(form);
    Quality b = quality(than);
    return a.isFiniteWhereOtherIsNot(b) || b.isLessExact(a);
  }

  /** True if the form has finite entries everywhere. */
  boolean isFinite(View view) {
    return Arrays.stream(quality(view).lost()).allMatch(lost -> lost == 0);
  }

  /** True if the form loses digits somewhere. */
  boolean isDoubtful(View view) {
    return !isFinite(view) || Arrays.stream(quality(view).bits()).anyMatch(bits -> bits > DOUBTFUL);
  }
}
