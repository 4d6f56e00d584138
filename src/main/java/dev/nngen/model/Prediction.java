package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.Definition;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the prediction of a model without {@code output}: the last definition that depends on inputs and not on targets. It may depend on other
 * samples of the batch.
 *
 * @param defined the values of all definitions, in source order
 * @param losses the values of the statements in {@code minimized}
 */
record Prediction(Session session, Map<Definition, Integer> defined, List<Minimize> minimized, List<Integer> losses) {

  /**
   * Returns the prediction's name; empty if every value depends on a target, as in least squares.
   *
   * @param names all named values, in source order
   */
  Optional<String> find(List<CallSite.Local> names, Dependence dependence) {
    Set<String> written = defined.keySet().stream().map(definition -> definition.name().name()).collect(Collectors.toSet());
    BitSet terms = lossTerms();
    List<CallSite.Local> eligible = names.stream().filter(local -> local.value != Values.POISON && written.contains(local.name) && !terms.get(local.value)
        && !dependence.onTargets(local.value) && !dependence.onDerivatives(local.value)).toList();
    // A value for the whole batch, such as a mean, is a prediction only if targets are also for the whole batch.
    boolean sampled = isSampled();
    Optional<String> found = Stream.<Predicate<CallSite.Local>>of(local -> dependence.onData(local.value) && hasSamples(local.value) == sampled,
            local -> dependence.onData(local.value), local -> true)
        .flatMap(preference -> eligible.stream().filter(preference).reduce((first, second) -> second).stream()).findFirst().map(local -> local.name);
    if (found.isEmpty() && !session.report.hasErrors()) {
      targetInPrediction(dependence).ifPresent(session.report::error);
    }
    return found;
  }

  /** Whether a prediction has a column for each sample, as targets have, or inputs if there are no targets. */
  private boolean isSampled() {
    boolean targets = session.data.stream().anyMatch(Model.Data::target);
    return session.data.stream().filter(data -> data.target() == targets).anyMatch(data -> hasSamples(data.shape()));
  }

  private boolean hasSamples(int value) {
    return hasSamples(session.values.shape(value));
  }

  private static boolean hasSamples(Shape shape) {
    return shape.rows().hasBatch() || shape.columns().hasBatch();
  }

  /** Returns the losses and the scalars that they are sums of, scaled or not, such as a penalty on activity. */
  private BitSet lossTerms() {
    BitSet terms = new BitSet();
    losses.stream().filter(loss -> loss != Values.POISON).forEach(terms::set);
    for (int id = session.values.size() - 1; id >= 0; id--) {
      if (terms.get(id)) {
        Value value = session.values.get(id);
        boolean sums = value.op() == Op.Operator.ADD || value.op() == Op.Operator.SUBTRACT || value.op() == Op.Operator.NEGATE;
        boolean scales = value.op() == Op.Operator.MULTIPLY || value.op() == Op.Operator.DIVIDE;
        if (sums || scales && value.operands().stream().anyMatch(this::isNumber)) {
          value.operands().stream().filter(operand -> session.values.shape(operand).isScalar()).forEach(terms::set);
        }
      }
    }
    return terms;
  }

  private boolean isNumber(int value) {
    return session.values.constant(value).isPresent() || session.values.get(value).op() instanceof Op.Quantity || session.values.get(value).op() instanceof Op.Count;
  }

  /** Finds a definition that uses a target and is compared with the same target again, which suggests a prediction. */
  private Optional<Diagnostic> targetInPrediction(Dependence dependence) {
    for (Map.Entry<Definition, Integer> entry : defined.entrySet()) {
      Expr.Name defined = entry.getKey().name();
      Optional<Expr.Name> target = NameCheck.namesIn(entry.getKey().value()).stream().filter(this::isTarget)
          .filter(used -> meetsAgain(defined.name(), used.name())).findFirst();
      if (target.isPresent() && dependence.onParameters(entry.getValue())) {
        return Optional.of(Diagnostic.of(ErrorCode.TARGET_IN_PREDICTION, target.get().span(), "`" + defined.name() + "` depends on the target `"
            + target.get().name() + "`, which is not known when predicting").label("so the class has no `predict`")
            .help("compare with the target in `minimize` only: `minimize J = mean(squared(" + defined.name() + ", " + target.get().name() + "));`"));
      }
    }
    return Optional.empty();
  }

  private boolean meetsAgain(String name, String target) {
    return Stream.concat(defined.keySet().stream().map(Definition::value), minimized.stream().map(Minimize::value))
        .map(value -> NameCheck.namesIn(value).stream().map(Expr.Name::name).toList()).anyMatch(names -> names.contains(name) && names.contains(target));
  }

  private boolean isTarget(Expr.Name name) {
    return session.data.stream().anyMatch(data -> data.target() && data.name().equals(name.name()));
  }
}
