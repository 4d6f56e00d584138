package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.ModelItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.DataKind;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.ast.Statement.Output;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a model as a whole minimises and predicts, and whether anything is missing or unused. */
final class Conclusion {

  /** The sum of several losses. */
  private static final String SUM = "loss";

  /** The names of what is minimised and of what is predicted, if anything is. */
  record Ends(Optional<String> loss, Optional<String> output) {}

  private final Session session;
  private final ModelItem item;
  private final List<Minimize> minimized = new ArrayList<>();
  private final List<Integer> losses = new ArrayList<>();
  private final Map<Statement.Definition, Integer> defined = new LinkedHashMap<>();
  private Optional<Output> output = Optional.empty();

  Conclusion(Session session, ModelItem item) {
    this.session = session;
    this.item = item;
  }

  void minimize(Minimize statement, int value) {
    minimized.add(statement);
    losses.add(value);
  }

  /**
   * The sum of several losses, when the last of them was given; it is bound to {@code loss} for the statements behind it.
   *
   * @param taken the names that the text gives to other values
   */
  Optional<CallSite.Local> sum(Set<String> taken) {
    long all = item.body().stream().filter(Minimize.class::isInstance).count();
    if (losses.size() < 2 || losses.size() < all) {
      return Optional.empty();
    }
    if (taken.contains(SUM)) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, minimized.get(1).span(),
          "the sum of several losses is called `loss`, and that name is taken").help("rename the other `loss`"));
      return Optional.empty();
    }
    CallSite.Local sum = new CallSite.Local(SUM, false);
    boolean sound = losses.stream().allMatch(loss -> loss != Values.POISON && session.values.shape(loss).isScalar());
    sum.value = sound ? losses.stream().reduce((a, b) -> session.values.add(Op.Operator.ADD, Shape.SCALAR, a, b)).orElseThrow() : Values.POISON;
    return Optional.of(sum);
  }

  void output(Output statement) {
    if (output.isPresent()) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, statement.span(), "a model has one output only")
          .note(output.get().span(), "first here"));
    } else {
      output = Optional.of(statement);
    }
  }

  /**
   * Finds the loss and the output, and reports what is missing.
   *
   * @param names all named values in order
   * @return empty where something is missing, which is reported
   */
  Optional<Ends> conclude(Frame frame, List<CallSite.Local> names, List<Model.Data> data, Optional<Span> trained) {
    if (!session.report.hasUndefinedNames() && data.stream().allMatch(Model.Data::target) && item.body().stream().noneMatch(Conclusion::isInput)) {
      session.report.error(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL, item.name().span(), "model `" + item.name().name()
          + "` has no input")
          .help("declare one: `input X[4];`"));
    }
    if (trained.isPresent() && minimized.isEmpty() && !session.report.hasUndefinedNames()) {
      session.report.error(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL,
          trained.get(), "nothing is minimized, so nothing can be trained").help(lossAtHand(data)));
    }
    if (trained.isPresent() && session.parameters.isEmpty() && !session.report.hasErrors()) {
      session.report.error(ErrorCode.INCOMPLETE_MODEL, trained.get(), "the model has no parameters, so nothing can be trained");
    }
    long entries = session.parameters.stream().mapToLong(p -> p.shape().entries()).sum();
    if (entries > Integer.MAX_VALUE - 8) {
      session.report.error(ErrorCode.MATRIX_TOO_LARGE, item.name().span(), "the parameters have " + entries
          + " entries in all, " + entries * (session.singlePrecision ? Float.BYTES : Double.BYTES) + " bytes, more than a Java array holds");
    }
    latePenalties();
    Optional<String> loss = loss();
    Dependence dependence = Dependence.of(session.values.all(), data);
    Optional<String> predicted = output.isPresent() ? written(frame, dependence) : new Prediction(session, defined, minimized, losses).find(names, dependence);
    requireTraining(predicted, names);
    if (!session.report.hasErrors()) {
      warn(loss, predicted, names, dependence);
    }
    return session.report.hasErrors() ? Optional.empty() : Optional.of(new Ends(loss, predicted));
  }

  /** Reports noise in a prediction, or in the loss of one. */
  private void requireTraining(Optional<String> predicted, List<CallSite.Local> names) {
    List<Integer> wanted = new ArrayList<>(losses);
    names.stream().filter(local -> predicted.equals(Optional.of(local.name))).forEach(local -> wanted.add(local.value));
    Map<Expr, Integer> values = new LinkedHashMap<>();
    defined.forEach((definition, value) -> values.put(definition.value(), value));
    for (int k = 0; k < losses.size(); k++) {
      values.put(minimized.get(k).value(), losses.get(k));
    }
    session.noises.requireTraining(wanted, values);
  }

  /** The definition of the last scalar that depends on parameters, as a loss. */
  private String lossAtHand(List<Model.Data> data) {
    Dependence dependence = Dependence.of(session.values.all(), data);
    return defined.entrySet().stream().filter(entry -> entry.getValue() != Values.POISON
            && session.values.shape(entry.getValue()).isScalar() && dependence.onParameters(entry.getValue()))
        .map(Map.Entry::getKey).reduce((first, second) -> second)
        .map(d -> "`" + d.name().name() + "` in line " + d.span().source().line(d.span().start()) + " is a scalar: `minimize "
            + d.name().name() + " = " + d.value().span().text().replaceAll("\\s+", " ") + ";`")
        .orElse("say what to minimize: `minimize J = mean(squared(P, Y));`");
  }

  /** Notes what a definition was found to be. */
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
              "the penalty ranges over all weight matrices, and `" + late.local().name + "` comes only later")
              .note(late.decl().name().span(), "it is declared here").help("in `minimize` it may stand before them")));
    }
  }

  private Optional<String> loss() {
    return minimized.size() > 1 ? Optional.of(SUM) : minimized.stream().map(statement -> statement.name().name()).findFirst();
  }

  private Optional<String> written(Frame frame, Dependence dependence) {
    String name = output.orElseThrow().name().name();
    Span span = output.orElseThrow().name().span();
    if (!(frame.bindings.get(name) instanceof Binding.Bound bound)) {
      session.report.unknown(name, () -> Hints.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, span, "nothing is called `" + name + "`"), output.orElseThrow().name(),
          frame.bindings.keySet()));
      return Optional.empty();
    }
    if (bound.value() == Values.POISON) {
      return Optional.empty();
    }
    if (dependence.onTargets(bound.value())) {
      session.report.error(ErrorCode.MISPLACED, span, "`" + name
          + "` depends on a target, which is not known when predicting");
      return Optional.empty();
    }
    return Optional.of(name);
  }

  private void warn(Optional<String> loss, Optional<String> predicted, List<CallSite.Local> names, Dependence dependence) {
    BitSet roots = new BitSet();
    names.stream().filter(n -> predicted.filter(n.name::equals).isPresent() || loss.isPresent()
        && loss.get().equals(n.name)).forEach(n -> roots.set(n.value));
    session.suspicions.equalUnits(dependence);
    BitSet needed = dependence.needed(roots);
    boolean penalised = needed.stream().anyMatch(id -> session.values.get(id).op() instanceof Op.Penalty);
    for (int k = 0; k < session.parameters.size(); k++) {
      Parameters.Declared parameter = session.parameters.get(k);
      int leaf = session.values.add(new Op.Param(k), parameter.shape());
      if (loss.isPresent() && !needed.get(leaf) && !(penalised && parameter.matrix())) {
        session.report.error(ErrorCode.UNUSED, parameter.decl().name().span(), "parameter `" + parameter.local().name
            + "` is not used by `" + loss.get() + "`; it never changes");
      }
    }
  }
}
