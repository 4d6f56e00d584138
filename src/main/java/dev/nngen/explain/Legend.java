package dev.nngen.explain;

import dev.nngen.formula.Formula;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The meaning of the signs that occur in a derivation. */
final class Legend {

  private final Set<String> functions = new LinkedHashSet<>();
  private boolean indicators;
  private boolean firsts;
  private boolean sums;
  private boolean arrays;
  private boolean slices;
  private boolean steps;
  private boolean parts;
  private boolean stacks;
  private boolean digits;

  private Legend() {}

  /** Returns a sentence for each sign. */
  static List<Phrase> of(Derivation derivation) {
    Legend legend = new Legend();
    derivation.forward().forEach(definition -> definition.right().ifPresent(legend::add));
    derivation.lemmas().forEach(lemma -> Stream.concat(Stream.of(lemma.definition()), lemma.lines().stream()).forEach(legend::add));
    derivation.backward().forEach(adjoint -> adjoint.lines().forEach(line -> legend.add(line.formula())));
    legend.digits = Stream.concat(derivation.forward().stream().map(Derivation.Definition::left), derivation.backward().stream().map(Derivation.Adjoint::left))
        .anyMatch(left -> left instanceof Formula.Entry entry && entry.indices().stream().anyMatch(index -> index.contains("*")));
    return legend.sentences(derivation).stream().map(Phrase::words).toList();
  }

  private void add(Formula formula) {
    MentionedNames.calls(formula, functions);
    collect(formula);
  }

  private void collect(Formula formula) {
    indicators |= formula instanceof Formula.Compare;
    firsts |= formula instanceof Formula.Compare compare && compare.isFirst();
    sums |= formula instanceof Formula.Over over && over.operation() == Formula.Operation.SUM;
    arrays |= formula instanceof Formula.Array;
    if (formula instanceof Formula.Entry entry && entry.matrix()) {
      slices = true;
      parts |= entry.indices().stream().anyMatch(index -> index.contains("…"));
      steps |= entry.indices().stream().anyMatch(index -> index.contains(" "));
    }
    stacks |= formula instanceof Formula.Call call && call.isStack();
    formula.parts().forEach(this::collect);
  }

  private List<String> sentences(Derivation derivation) {
    List<String> all = new ArrayList<>();
    all.add("m is the number of samples" + (functions.contains("mean") ? "; mean adds up the outputs and averages over samples" : ""));
    if (derivation.backward().stream().anyMatch(adjoint -> adjoint.meaning().isPresent())) {
      all.add("delta, also called error, is the gradient with respect to a value that depends directly on parameters");
    }
    if (derivation.backward().stream().anyMatch(adjoint -> adjoint.lines().stream().anyMatch(line -> line.rule() == Rule.LOCAL_DERIVATIVE))) {
      all.add("the derivative of a step is entrywise, not a Jacobian matrix");
    }
    add(all, "rowsum", "rowsum is the sum of each row");
    add(all, "colsum", "colsum is the sum of each column");
    add(all, "rowmax", "rowmax is the largest entry of each row");
    add(all, "colmax", "colmax is the largest entry of each column");
    add(all, "pad", "pad is 0 out of range");
    if (indicators) {
      all.add("1{..} is 1 if the condition holds, and 0 otherwise");
    }
    if (firsts) {
      all.add("first: only the first of several equal entries counts");
    }
    if (sums) {
      all.add("a sum is over all values of the letters below it");
    }
    if (slices) {
      all.add("a letter below a matrix is an index, and the equation holds for each of its values" + (steps ? "; before the first and after the last index the matrix is 0" : ""));
    }
    if (parts) {
      all.add("a range below a matrix selects rows, counted from 0");
    }
    if (stacks) {
      all.add("[A; B] is A above B");
    }
    if (digits) {
      all.add("an index such as 4k + i on the left counts all entries: i is below 4");
    }
    if (arrays) {
      all.add("[..] with letters outside is the array of these entries");
    }
    return all;
  }

  private void add(List<String> all, String function, String sentence) {
    if (functions.contains(function)) {
      all.add(sentence);
    }
  }
}
