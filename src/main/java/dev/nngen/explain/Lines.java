package dev.nngen.explain;

import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.ir.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the lines of one derivation from its drafts. What is proved comes first; a line that is not is never left out, and
 * stands at the end, so that no sign of equality follows it.
 */
final class Lines {

  private final Comparison comparison;
  private final Premises premises;
  private final Writer writer;
  private final Drafting.Entry entry;
  private final Graph.Value whole;
  private final List<Line> proved = new ArrayList<>();
  private final List<Line> others = new ArrayList<>();
  private Draft last;

  private Lines(Comparison comparison, Premises premises, Writer writer, Drafting.Entry entry, Graph.Value whole) {
    this.comparison = comparison;
    this.premises = premises;
    this.writer = writer;
    this.entry = entry;
    this.whole = whole;
  }

  /**
   * The lines of an entry.
   *
   * @param whole what all of them are to be equal to
   * @param perEntry true if lines are about one entry; the last then says what that means for the matrix
   */
  static List<Line> of(Comparison comparison, Premises premises, Writer writer, Drafting.Entry entry, Graph.Value whole, boolean perEntry) {
    Lines lines = new Lines(comparison, premises, writer, entry, whole);
    lines.addAll();
    List<Line> all = new ArrayList<>(lines.proved);
    if (perEntry && lines.last != null) {
      lines.matrices().ifPresent(all::add);
    }
    all.addAll(lines.others);
    return all;
  }

  private void addAll() {
    for (int i = 0; i < entry.lines().size(); i++) {
      Draft draft = entry.lines().get(i);
      boolean factNext = i + 1 < entry.lines().size() && entry.lines().get(i + 1).rule() == Rule.FACT;
      if (!factNext || isStepTo(draft, entry.lines().get(i + 1))) {
        add(draft);
      }
    }
  }

  /** True if a form that is found without facts stands between the line before and the one that needs them. */
  private boolean isStepTo(Draft plain, Draft next) {
    return isProved(plain) && last != null && !premises.of(last, next).facts().equalities().isEmpty();
  }

  private void add(Draft draft) {
    boolean isProved = isProved(draft);
    if (isProved && draft.hidden()) {
      return;
    }
    Formula formula = writer.line(draft, entry);
    if (!isProved) {
      others.add(line(Relation.APPROXIMATE, formula, Rule.NUMERIC, unproved(draft), draft));
    } else if (proved.stream().noneMatch(line -> sameFactors(line.formula()).equals(sameFactors(formula)))) {
      addProved(draft, formula);
      last = draft;
    } else if (proved.get(proved.size() - 1).formula().equals(formula)) {
      replaceLast(draft);
    }
  }

  /** Two drafts that read alike are one line; the later one is in terms of shared values. */
  private void replaceLast(Draft draft) {
    Line line = proved.get(proved.size() - 1);
    proved.set(proved.size() - 1, new Line(line.left(), line.relation(), line.formula(), line.rule(), line.why(), draft.value(), writer.entries(draft, entry)));
    last = draft;
  }

  private boolean isProved(Draft draft) {
    Draft before = last == null ? Draft.of(whole, Rule.CHAIN_RULE) : last;
    return comparison.isEvident(draft.value(), whole) || premises.follows(before, draft) || comparison.isProved(draft.value(), whole);
  }

  /** The formula with the factors of products in a fixed order, so that a line is not repeated in another one. */
  private static String sameFactors(Formula formula) {
    if (formula instanceof Formula.Product product) {
      return product.kind() + product.factors().stream().map(Lines::sameFactors).sorted().toList().toString();
    }
    return formula instanceof Formula.Negate negate ? "-" + sameFactors(negate.operand()) : formula.toString();
  }

  private void addProved(Draft draft, Formula formula) {
    Phrase why = draft.why().apply(writer);
    Rule rule = draft.rule();
    if (last != null && collects(draft)) {
      Premises.Needed needed = premises.of(last, draft);
      rule = needed.facts().equalities().isEmpty() ? Rule.COLLECT : Rule.FACT;
      why = why.and(premises.words(needed, last, draft, writer));
    }
    proved.add(line(Relation.EQUAL, formula, rule, why, draft));
  }

  private static boolean collects(Draft draft) {
    return draft.rule() == Rule.COLLECT || draft.rule() == Rule.FACT;
  }

  private Line line(Relation relation, Formula formula, Rule rule, Phrase why, Draft draft) {
    return new Line(writer.left(entry.name()), relation, formula, rule, why, draft.value(), writer.entries(draft, entry));
  }

  private Phrase unproved(Draft draft) {
    return Phrase.words((draft.rule() == Rule.CLASS ? "this is what the class computes; " : "") + comparison.agreement(draft.value(), whole).words());
  }

  /** What the last line about an entry says of the matrix; empty for a scalar. */
  private Optional<Line> matrices() {
    FormulaBuilder.Equation equation = writer.matrix(last, entry);
    return equation.left().equals(writer.left(entry.name())) ? Optional.empty() : Optional.of(
        new Line(equation.left(), Relation.THEREFORE, equation.right(), Rule.MATRICES, Phrase.EMPTY, last.value(), Optional.empty()));
  }
}
