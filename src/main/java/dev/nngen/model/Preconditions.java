package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.ast.Statement.Fact;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Interval;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records the functions' conditions on their arguments at the calls of one model, and swapped arguments of losses. A condition in a branch of
 * {@code where} is dropped if the condition of {@code where} can ensure it.
 */
final class Preconditions {

  /** Names that definitions of losses use for a target. */
  private static final Set<String> TARGET_NAMES = Set.of("y", "t", "target", "targets", "truth", "actual", "label", "labels", "expected");

  private record Pending(Invocation call, int value, Interval interval, ArgumentCondition need, List<Integer> guards) {}

  private record LossCall(Invocation call, Arguments.Given prediction, Arguments.Given target) {}

  private record Defined(Expr expr, int value) {}

  private final Session session;
  private final DomainHelp remedies;
  private final List<Pending> pending = new ArrayList<>();
  private final List<LossCall> lossCalls = new ArrayList<>();
  private final Map<Span, Defined> definitions = new HashMap<>();
  private final Deque<Integer> guards = new ArrayDeque<>();

  Preconditions(Session session) {
    this.session = session;
    this.remedies = new DomainHelp(session);
  }

  /** Records the definition of a name of the model. */
  void define(Span name, Expr expr, int value) {
    definitions.put(name, new Defined(expr, value));
  }

  /** Enters a branch of {@code where}, until {@link #leaveBranch}. */
  void enterBranch(int condition) {
    guards.push(condition);
  }

  void leaveBranch() {
    guards.pop();
  }

  /** Returns the enclosing conditions of {@code where}. */
  List<Integer> branches() {
    return List.copyOf(guards);
  }

  /** Records a condition of a {@code domain} clause. */
  void domain(Definition callee, Invocation call, Fact.Range range, int value, Interval interval, Map<String, Arguments.Given> given) {
    Optional<Arguments.Given> argument = range.value() instanceof Expr.Name name ? Optional.ofNullable(given.get(name.name())) : Optional.empty();
    Optional<Span> declared = argument.flatMap(Preconditions::declaration);
    Optional<Defined> defined = declared.map(definitions::get).filter(d -> d.value() == value);
    String text = defined.isPresent() ? declared.get().text() : argument.map(a -> FaultReport.excerpt(a.expr().span())).orElse("it");
    List<String> help = argument.map(a -> remedies.help(call, callee, given, a, defined.map(Defined::expr).orElse(a.expr()), text, interval))
        .orElse(List.of());
    add(call, value, interval, new ArgumentCondition(ArgumentCondition.Kind.DOMAIN, callee.label(), FaultReport.excerpt(range.value().span()), text,
        argument.map(a -> a.expr().span()).orElse(call.span()), declared, callee.home().isLibrary() ? Optional.empty() : Optional.of(range.span()), help));
  }

  /** Records the domain of a function or an operation of the language; the library's own text is not checked. */
  void defined(ArgumentCondition.Kind kind, String function, Expr argument, int value, Interval interval, Frame frame) {
    boolean isNumber = value != Values.POISON && kind == ArgumentCondition.Kind.NONZERO
        && (session.values.constant(value).isPresent() || session.values.get(value).op() instanceof Op.Quantity || session.values.get(value).op() instanceof Op.Count);
    if (value != Values.POISON && !isNumber && !frame.file.isLibrary()) {
      Span declared = session.expressions.declaration(argument, frame);
      Optional<Span> other = declared.equals(argument.span()) ? Optional.empty() : Optional.of(declared);
      String text = FaultReport.excerpt(argument.span());
      add(null, value, interval, new ArgumentCondition(kind, function, text, text, argument.span(), other, Optional.empty(), List.of()));
    }
  }

  private void add(Invocation call, int value, Interval interval, ArgumentCondition need) {
    if (session.isAssuming()) {
      pending.add(new Pending(call, value, interval, need, branches()));
    }
  }

  /**
   * Records a call of a loss with parameters for a prediction and a target, in this order. Without a condition on one of them both orders may be
   * right.
   */
  void loss(Definition callee, Invocation call, Map<String, Arguments.Given> given) {
    FunctionItem function = (FunctionItem) callee.item();
    if (function.kind() != Item.FunctionKind.LOSS || callee.parameters().size() < 2) {
      return;
    }
    String first = callee.parameters().get(0).name().name();
    String second = callee.parameters().get(1).name().name();
    boolean conditional = function.domain().stream().anyMatch(range -> range.value() instanceof Expr.Name name && List.of(first, second).contains(name.name()));
    if (conditional && !TARGET_NAMES.contains(first) && TARGET_NAMES.contains(second) && given.containsKey(first) && given.containsKey(second)) {
      lossCalls.add(new LossCall(call, given.get(first), given.get(second)));
    }
  }

  /** Returns the declaration of the name that was passed; empty for an expression. */
  private static Optional<Span> declaration(Arguments.Given given) {
    return given.expr() instanceof Expr.Name && given.binding() instanceof Binding.Bound bound
        ? bound.declared().filter(span -> !span.equals(given.expr().span())) : Optional.empty();
  }

  /** Reports swapped arguments, and adds assumptions to the facts. */
  List<Model.Condition> conclude(List<Model.Data> data) {
    Dependence dependence = Dependence.of(session);
    Set<Invocation> swapped = new HashSet<>();
    for (LossCall loss : lossCalls) {
      int first = loss.prediction().id();
      boolean given = dependence.onData(first) && !dependence.onParameters(first);
      if (given && dependence.onParameters(loss.target().id()) && !dependence.onTargets(loss.target().id())) {
        swapped.add(loss.call());
        session.report.error(swapped(loss, dependence.onTargets(first)));
      }
    }
    pending.removeIf(p -> p.guards().stream().anyMatch(guard -> !dependence.onParameters(p.value()) || dependence.onParameters(guard)));
    Map<Integer, Interval> declared = declaredRanges();
    Map<List<Object>, Model.Condition> conditions = new LinkedHashMap<>();
    for (Pending p : pending) {
      if (p.need().kind() == ArgumentCondition.Kind.DOMAIN) {
        session.facts.add(new Model.Fact.Range(p.value(), p.interval()));
      }
      if (!swapped.contains(p.call())) {
        conditions.putIfAbsent(List.of(p.value(), p.interval(), p.need().span(), p.need().kind()),
            new Model.Condition(p.value(), p.interval(), Optional.ofNullable(declared.get(p.value())), p.need()));
      }
    }
    return List.copyOf(conditions.values());
  }

  private Map<Integer, Interval> declaredRanges() {
    Map<Integer, Interval> ranges = new HashMap<>();
    for (Model.Fact fact : session.facts) {
      if (fact instanceof Model.Fact.Range range) {
        ranges.merge(range.value(), range.interval(), Interval::and);
      }
    }
    return ranges;
  }

  private static Diagnostic swapped(LossCall loss, boolean isTarget) {
    String callee = loss.call().callee().label();
    String prediction = FaultReport.excerpt(loss.target().expr().span());
    String target = FaultReport.excerpt(loss.prediction().expr().span());
    Iterator<Arguments.Given> rest = loss.call().all().stream().filter(g -> !g.equals(loss.prediction()) && !g.equals(loss.target())).iterator();
    StringBuilder call = new StringBuilder(callee + "(" + prediction + ", " + target);
    rest.forEachRemaining(g -> call.append(", ").append(g.name().map(n -> n.name() + " = ").orElse("")).append(FaultReport.excerpt(g.expr().span())));
    Diagnostic told = Diagnostic.of(ErrorCode.SWAPPED_LOSS, loss.prediction().expr().span(),
        "`" + target + "` is " + (isTarget ? "a target" : "data") + " where the prediction of `" + callee + "` is expected");
    Optional<Span> declared = declaration(loss.prediction());
    told = declared.isPresent() ? told.note(declared.get(), "`" + target + "` is declared here") : told;
    return told.note(loss.target().expr().span(), "the prediction is here").help("the prediction comes first: `" + call.append(")") + "`");
  }
}
