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
import java.util.stream.IntStream;

/**
 * Chooses among forms of a value. A form is better if it is finite where another is not, then if it is more accurate, then if it costs less. Among
 * equally good forms the first is chosen. Records the rules of each form, and rules whose form differs from the value.
 */
final class FormChoice {

  /** Lost bits from which on more accurate forms are searched. */
  private static final double DOUBTFUL = 12;

  private final AccuracyEstimate accuracy;
  private final FormCost cost;
  private final FormAgreement agreement;
  private final TargetForms judge;
  /** The rules that led to a form, by node. */
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

    /** Returns forms of one computed rule. */
    static List<Form> by(String rule, Collection<View> views) {
      return views.stream().map(view -> new Form(view, RuleTable.get().rule(rule))).toList();
    }
  }

  /** Sets whether errors of later values are relative to the largest entry, because only their sum is used. */
  void setSummed(boolean summed) {
    this.isSummed = summed;
  }

  Quality quality(View form) {
    return accuracy.of(form.node(), isSummed);
  }

  /** Returns the best of the forms, the first if none is better. */
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

  /**
   * Returns the first of the forms that are finite at the most points, among them all points where the value's form is finite. Without such a form,
   * returns the value's form.
   */
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

  /** Returns the cheapest of the forms that are finite where the value's form is. */
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

  /** Returns the form, or the plain value if they differ. The rule is then recorded as rejected. */
  View checked(View form, View plain) {
    if (form.equals(plain) || agree(form, plain)) {
      return form;
    }
    rejected.add("first form");
    return plain;
  }

  /** Records that a rule led from one form to another. */
  private void derive(Form form, View from) {
    Set<RewriteRule> rules = origins.computeIfAbsent(form.view.node(), node -> new LinkedHashSet<>());
    rules.addAll(origins.getOrDefault(from.node(), Set.of()));
    rules.add(form.rule);
  }

  /** Records for a form the rules of the same form of other values. */
  void adopt(View from, View form) {
    if (origins.containsKey(from.node())) {
      origins.computeIfAbsent(form.node(), node -> new LinkedHashSet<>()).addAll(origin(from));
    }
  }

  /** Returns the rules that led to a form. */
  Set<RewriteRule> origin(View form) {
    return origins.getOrDefault(form.node(), Set.of());
  }

  /** Returns the names of rules that have proposed a form. */
  Set<String> offered() {
    return offered;
  }

  /** Returns the names of rules whose form differed from the value; none if all rules are correct. */
  List<String> rejected() {
    return rejected;
  }

  /**
   * True if the forms agree at ordinary points or in their normal form. Points have short axes, so a factor that is the length of a longer axis
   * agrees in the normal form only.
   */
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

  /** Returns the points at which the form is not finite. */
  List<Integer> lost(View view) {
    int[] lost = quality(view).lost();
    return IntStream.range(0, lost.length).filter(point -> lost[point] > 0).boxed().toList();
  }

  /** True if the form has the correct digits of another, also where functions saturate. */
  boolean keepsDigits(View form, View of) {
    return agreement.keepsDigits(form, of);
  }

  /** True if the form is finite and not 0 at some points. */
  boolean isNonzero(View view, List<Integer> points) {
    int[] lost = quality(view).lost();
    return points.stream().noneMatch(point -> lost[point] > 0 || accuracy.hasZero(view.node(), point));
  }

  /** True if the form is finite at all points. */
  boolean isFinite(View view) {
    return Arrays.stream(quality(view).lost()).allMatch(lost -> lost == 0);
  }

  /** True if the form loses many bits at a point. */
  boolean isDoubtful(View view) {
    return !isFinite(view) || Arrays.stream(quality(view).bits()).anyMatch(bits -> bits > DOUBTFUL);
  }
}
