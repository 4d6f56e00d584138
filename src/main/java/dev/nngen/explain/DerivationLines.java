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
 * Proves and writes the lines of one derivation. Proved lines come first. A line that is not proved is never omitted and comes last, so that no
 * equals sign follows it.
 */
final class DerivationLines {

  private final Comparison comparison;
  private final RequiredAssumptions requiredAssumptions;
  private final FormulaWriter writer;
  private final DerivationBuilder.Entry entry;
  private final Graph.Value whole;
  private final List<Line> proved = new ArrayList<>();
  private final List<Line> others = new ArrayList<>();
  private UnprovedStep last;

  private DerivationLines(Comparison comparison, RequiredAssumptions requiredAssumptions, FormulaWriter writer, DerivationBuilder.Entry entry, Graph.Value whole) {
    this.comparison = comparison;
    this.requiredAssumptions = requiredAssumptions;
    this.writer = writer;
    this.entry = entry;
    this.whole = whole;
  }

  /**
   * Returns the lines of an entry.
   *
   * @param whole the value that all lines must equal
   * @param perEntry true if lines are about one entry; the last then states the matrix
   */
  static List<Line> of(Comparison comparison, RequiredAssumptions requiredAssumptions, FormulaWriter writer, DerivationBuilder.Entry entry, Graph.Value whole, boolean perEntry) {
    DerivationLines lines = new DerivationLines(comparison, requiredAssumptions, writer, entry, whole);
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
      UnprovedStep draft = entry.lines().get(i);
      boolean factNext = i + 1 < entry.lines().size() && entry.lines().get(i + 1).rule() == Rule.FACT;
      if (!factNext || isStepTo(draft, entry.lines().get(i + 1))) {
        add(draft);
      }
    }
  }

  /** True if a form without declared facts is a step between the preceding line and the one that needs them. */
  private boolean isStepTo(UnprovedStep plain, UnprovedStep next) {
    return isProved(plain) && last != null && !requiredAssumptions.of(last, next).facts().equalities().isEmpty();
  }

  private void add(UnprovedStep draft) {
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

  /** Merges two steps with the same text into one line, the later one, which has common subexpressions. */
  private void replaceLast(UnprovedStep draft) {
    Line line = proved.get(proved.size() - 1);
    proved.set(proved.size() - 1, new Line(line.left(), line.relation(), line.formula(), line.rule(), line.why(), draft.value(), writer.entries(draft, entry)));
    last = draft;
  }

  private boolean isProved(UnprovedStep draft) {
    UnprovedStep before = last == null ? UnprovedStep.of(whole, Rule.CHAIN_RULE) : last;
    return comparison.isEvident(draft.value(), whole) || requiredAssumptions.follows(before, draft) || comparison.isProved(draft.value(), whole);
  }

  /** Sorts the factors of products, so that a line is not repeated in another order. */
  private static String sameFactors(Formula formula) {
    if (formula instanceof Formula.Product product) {
      return product.kind() + product.factors().stream().map(DerivationLines::sameFactors).sorted().toList().toString();
    }
    return formula instanceof Formula.Negate negate ? "-" + sameFactors(negate.operand()) : formula.toString();
  }

  private void addProved(UnprovedStep draft, Formula formula) {
    Phrase why = draft.why().apply(writer);
    Rule rule = draft.rule();
    if (last != null && collects(draft)) {
      RequiredAssumptions.Needed needed = requiredAssumptions.of(last, draft);
      rule = needed.facts().equalities().isEmpty() ? Rule.COLLECT : Rule.FACT;
      why = why.and(requiredAssumptions.words(needed, last, draft, writer));
    }
    proved.add(line(Relation.EQUAL, formula, rule, why, draft));
  }

  private static boolean collects(UnprovedStep draft) {
    return draft.rule() == Rule.COLLECT || draft.rule() == Rule.FACT;
  }

  private Line line(Relation relation, Formula formula, Rule rule, Phrase why, UnprovedStep draft) {
    return new Line(writer.left(entry.name()), relation, formula, rule, why, draft.value(), writer.entries(draft, entry));
  }

  private Phrase unproved(UnprovedStep draft) {
    return Phrase.words((draft.rule() == Rule.CLASS ? "this is what the class computes; " : "") + comparison.agreement(draft.value(), whole).words());
  }

  /** Returns the last line about an entry as a matrix, empty for a scalar. */
  private Optional<Line> matrices() {
    FormulaBuilder.Equation equation = writer.matrix(last, entry);
    return equation.left().equals(writer.left(entry.name())) ? Optional.empty() : Optional.of(
        new Line(equation.left(), Relation.THEREFORE, equation.right(), Rule.MATRICES, Phrase.EMPTY, last.value(), Optional.empty()));
  }
}
