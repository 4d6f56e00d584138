package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.ModelItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.DataKind;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.ast.Statement.Output;
import dev.nngen.ast.Statement.Train;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Determines the losses and predictions of a model, and reports missing and unused parts. */
final class ModelCompleteness {

  /** Name of the sum of several losses. */
  private static final String SUM = "loss";

  /** The losses, and the names of the predictions, if there are any. */
  record Ends(List<Model.Loss> losses, List<String> outputs) {}

  private final Session session;
  private final ModelItem item;
  private final List<Minimize> minimized = new ArrayList<>();
  private final List<Integer> losses = new ArrayList<>();
  private final Map<Statement.Definition, Integer> defined = new LinkedHashMap<>();
  private Optional<Output> output = Optional.empty();

  ModelCompleteness(Session session, ModelItem item) {
    this.session = session;
    this.item = item;
  }

  void minimize(Minimize statement, int value) {
    minimized.add(statement);
    losses.add(value);
  }

  /**
   * Adds the last of several losses without {@code of} to their sum, which is bound to {@code loss} for later statements.
   *
   * @param taken the names of other values in the text
   */
  Optional<CallSite.Local> sum(Set<String> taken) {
    long all = item.body().stream().filter(Minimize.class::isInstance).count();
    if (losses.size() < 2 || losses.size() < all || areSeparate()) {
      return Optional.empty();
    }
    if (taken.contains(SUM)) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, minimized.get(1).span(),
          "the sum of several losses is called `loss`, but that name is already defined").help("rename the other `loss`"));
      return Optional.empty();
    }
    CallSite.Local sum = new CallSite.Local(SUM, false);
    boolean sound = losses.stream().allMatch(loss -> loss != Values.POISON && session.values.shape(loss).isScalar());
    sum.value = sound ? losses.stream().reduce((a, b) -> session.values.add(Op.Operator.ADD, Shape.SCALAR, a, b)).orElseThrow() : Values.POISON;
    return Optional.of(sum);
  }

  void output(Output statement) {
    if (output.isPresent()) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, statement.span(), "the outputs are already named")
          .note(output.get().span(), "first here").help("name all in one statement: `output "
              + Stream.of(output.get(), statement).flatMap(one -> one.names().stream()).map(Expr.Name::name).distinct().collect(Collectors.joining(", ")) + ";`"));
    } else {
      output = Optional.of(statement);
    }
  }

  /**
   * Finds the loss and the output, and reports missing parts.
   *
   * @param names all named values in order
   * @return empty after a reported error
   */
  Optional<Ends> conclude(Frame frame, List<CallSite.Local> names, List<Model.Data> data, List<Train> trains) {
    if (!session.report.hasUndefinedNames() && data.stream().allMatch(Model.Data::target) && item.body().stream().noneMatch(ModelCompleteness::isInput)) {
      session.report.error(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL, item.name().span(), "model `" + item.name().name()
          + "` has no input")
          .help("declare one: `input X[4];`"));
    }
    boolean frozen = session.parameters.stream().allMatch(parameter -> parameter.decl().frozen());
    if (!trains.isEmpty() && minimized.isEmpty() && !session.report.hasUndefinedNames()) {
      session.report.error(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL,
          trains.get(0).span(), "there is no loss, so nothing can be trained").help(lossAtHand()));
    }
    if (!trains.isEmpty() && frozen && !session.report.hasErrors()) {
      session.report.error(ErrorCode.INCOMPLETE_MODEL, trains.get(0).span(), session.parameters.isEmpty() ? "the model has no parameters, so nothing can be trained"
          : "all parameters are frozen, so nothing can be trained");
    }
    long entries = session.parameters.stream().mapToLong(p -> p.shape().entries()).sum();
    if (entries > Integer.MAX_VALUE - 8) {
      session.report.error(ErrorCode.MATRIX_TOO_LARGE, item.name().span(), "the parameters have " + entries
          + " entries in all, " + entries * (session.singlePrecision ? Float.BYTES : Double.BYTES) + " bytes, more than a Java array holds");
    }
    latePenalties();
    List<Model.Loss> all = losses();
    Dependence dependence = Dependence.of(session);
    List<String> predicted = output.isPresent() ? written(frame, dependence)
        : new Prediction(session, defined, minimized, losses).find(names, dependence).stream().toList();
    requireTraining(predicted, names);
    if (!session.report.hasErrors()) {
      session.suspicions.equalUnits(dependence);
      all.forEach(loss -> warn(loss, predicted, names, dependence));
      warnOfFrozen(all, predicted, names, dependence);
    }
    return session.report.hasErrors() ? Optional.empty() : Optional.of(new Ends(all, predicted));
  }

  /** Reports noise in a prediction, or in its loss. */
  private void requireTraining(List<String> predicted, List<CallSite.Local> names) {
    List<Integer> wanted = new ArrayList<>(losses);
    names.stream().filter(local -> predicted.contains(local.name)).forEach(local -> wanted.add(local.value));
    Map<Expr, Integer> values = new LinkedHashMap<>();
    defined.forEach((definition, value) -> values.put(definition.value(), value));
    for (int k = 0; k < losses.size(); k++) {
      values.put(minimized.get(k).value(), losses.get(k));
    }
    session.noises.requireTraining(wanted, values);
  }

  /** Suggests the definition of the last scalar that depends on parameters as a loss. */
  private String lossAtHand() {
    Dependence dependence = Dependence.of(session);
    return defined.entrySet().stream().filter(entry -> entry.getValue() != Values.POISON
            && session.values.shape(entry.getValue()).isScalar() && dependence.onParameters(entry.getValue()))
        .map(Map.Entry::getKey).reduce((first, second) -> second)
        .map(d -> "`" + d.name().name() + "` in line " + d.span().source().line(d.span().start()) + " is a scalar: `minimize "
            + d.name().name() + " = " + d.value().span().text().replaceAll("\\s+", " ") + ";`")
        .orElse("say what to minimize: `minimize J = mean(squared(P, Y));`");
  }

  /** Records the value of a definition. */
  void defined(Statement.Definition definition, int value) {
    defined.put(definition, value);
  }

  private static boolean isInput(Statement statement) {
    return statement instanceof DataDecl decl && decl.kind() == DataKind.INPUT;
  }

  private void latePenalties() {
    for (Session.EarlyPenalty penalty : session.penalties) {
      session.parameters.stream().skip(penalty.parameters()).filter(Parameters.Declared::matrix).findFirst().ifPresent(late ->
          session.report.error(Diagnostic.of(ErrorCode.USED_TOO_EARLY, penalty.call(),
              "the penalty covers all weight matrices, but `" + late.local().name + "` is declared later")
              .note(late.decl().name().span(), "it is declared here").help("in `minimize` it may precede them")));
    }
  }

  /** Whether each loss has parameters of its own, so that losses are not added. */
  private boolean areSeparate() {
    return item.body().stream().anyMatch(statement -> statement instanceof Minimize minimize && !minimize.parameters().isEmpty());
  }

  private List<Model.Loss> losses() {
    if (!areSeparate()) {
      List<String> all = session.parameters.stream().filter(parameter -> !parameter.decl().frozen()).map(parameter -> parameter.local().name).toList();
      return minimized.isEmpty() ? List.of() : List.of(new Model.Loss(minimized.size() > 1 ? SUM : minimized.get(0).name().name(), all));
    }
    List<List<String>> groups = Groups.divide(session, Groups.Kind.LOSS, minimized.stream().map(loss -> new Groups.Member(loss.parameters(), loss.span())).toList());
    return IntStream.range(0, minimized.size()).mapToObj(k -> new Model.Loss(minimized.get(k).name().name(), groups.get(k))).toList();
  }

  /** Returns the named outputs, without those for which an error is reported. */
  private List<String> written(Frame frame, Dependence dependence) {
    List<String> names = new ArrayList<>();
    for (Expr.Name name : output.orElseThrow().names()) {
      if (!(frame.bindings.get(name.name()) instanceof Binding.Bound bound)) {
        session.report.unknown(name.name(), () -> NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, name.span(), "cannot find value `" + name.name() + "`"), name,
            frame.bindings.keySet()));
      } else if (names.contains(name.name())) {
        session.report.error(ErrorCode.DUPLICATE_NAME, name.span(), "`" + name.name() + "` is already an output");
      } else if (bound.value() != Values.POISON && dependence.onTargets(bound.value())) {
        session.report.error(ErrorCode.MISPLACED, name.span(), "`" + name.name() + "` depends on a target, which is not known when predicting");
      } else if (bound.value() != Values.POISON) {
        names.add(name.name());
      }
    }
    return names;
  }

  private void warn(Model.Loss loss, List<String> predicted, List<CallSite.Local> names, Dependence dependence) {
    Set<String> trained = Set.copyOf(loss.parameters());
    unused(Stream.concat(areSeparate() ? Stream.empty() : predicted.stream(), Stream.of(loss.name())).toList(), names, dependence)
        .filter(parameter -> trained.contains(parameter.local().name))
        .forEach(parameter -> session.report.error(ErrorCode.UNUSED, parameter.decl().name().span(), "parameter `" + parameter.local().name
            + "` is not used by `" + loss.name() + "`; it never changes"));
  }

  private void warnOfFrozen(List<Model.Loss> losses, List<String> predicted, List<CallSite.Local> names, Dependence dependence) {
    unused(Stream.concat(predicted.stream(), losses.stream().map(Model.Loss::name)).toList(), names, dependence)
        .filter(parameter -> parameter.decl().frozen() && !losses.isEmpty())
        .forEach(parameter -> session.report.error(ErrorCode.UNUSED, parameter.decl().name().span(), "parameter `" + parameter.local().name
            + "` is not used by a loss or prediction"));
  }

  /** Returns the parameters that no value of some names depends on. */
  private Stream<Parameters.Declared> unused(List<String> roots, List<CallSite.Local> names, Dependence dependence) {
    BitSet values = new BitSet();
    names.stream().filter(local -> roots.contains(local.name)).forEach(local -> values.set(local.value));
    BitSet needed = dependence.needed(values);
    boolean penalised = needed.stream().anyMatch(id -> session.values.get(id).op() instanceof Op.Penalty);
    return IntStream.range(0, session.parameters.size()).filter(k -> !needed.get(session.values.add(new Op.Param(k), session.parameters.get(k).shape())))
        .mapToObj(session.parameters::get).filter(parameter -> !(penalised && parameter.matrix()));
  }
}
