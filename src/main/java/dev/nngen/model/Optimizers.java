package dev.nngen.model;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.StateDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Types {@code train} statements: the optimizer's text, for one entry of a parameter. */
final class Optimizers {

  private static final String RATE = "rate";
  /** The state that predictions can use instead of the parameter. */
  private static final String AVERAGE = "average";

  private final Session session;
  private final Values values;
  private final List<Update.State> states = new ArrayList<>();
  private final List<Update.Stage> stages = new ArrayList<>();
  private final List<String> formula = new ArrayList<>();
  /** Whether exactly one stage has a parameter named rate. */
  private boolean oneRate;
  private Optional<Rational> rate = Optional.empty();

  Optimizers(Session session) {
    this.session = session;
    this.values = session.values;
  }

  /**
   * Types the statement, without the parameters that it trains.
   *
   * @param model the model's names, of which an optimizer can use only numbers
   * @return empty after a reported error
   */
  Optional<Update> update(Statement.Train train, Frame model) {
    session.assuming(false);
    Frame frame = arguments(model);
    List<Expr.Call> calls = new ArrayList<>();
    boolean sound = flatten(train.optimizer(), calls);
    oneRate = calls.stream().filter(call -> hasRate(call, frame)).count() == 1;
    for (Expr.Call call : calls) {
      sound &= stage(call, frame);
    }
    session.assuming(true);
    if (sound && stages.stream().noneMatch(s -> s.weight().isPresent())) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_OPTIMIZER, train.optimizer().span(),
          "no stage changes `w`, so nothing is trained").help("add an optimizer after it: `|> sgd(rate = 0.1)`"));
      return Optional.empty();
    }
    return sound ? Optional.of(new Update(List.of(), states, stages, formula, rate)) : Optional.empty();
  }

  /** Returns the names for arguments after train: numbers, sizes and the step. */
  private Frame arguments(Frame model) {
    Frame frame = Frame.of(model.file, Frame.Code.OPTIMIZER, false);
    model.bindings.forEach((name, binding) -> {
      if (binding instanceof Binding.Bound bound && (values.constant(bound.value()).isPresent() || bound.value() == Values.POISON)) {
        frame.bind(name, binding);
      } else if (binding instanceof Binding.Bound bound) {
        bound.declared().ifPresent(place -> frame.hidden.put(name, place));
      }
    });
    frame.hidden.putAll(model.later);
    frame.bind("t", new Binding.Bound(values.add(Op.Quantity.STEP, Shape.SCALAR), Optional.empty()));
    return frame;
  }

  private static boolean hasRate(Expr.Call call, Frame frame) {
    return frame.file.callee(call.callee().name()).filter(callee -> callee instanceof Definition definition
        && definition.parameters().stream().anyMatch(parameter -> parameter.name().name().equals(RATE))).isPresent();
  }

  private boolean flatten(Expr expr, List<Expr.Call> calls) {
    if (expr instanceof Expr.Pipe pipe) {
      boolean sound = flatten(pipe.value(), calls);
      return calls.add(pipe.call()) && sound;
    } else if (expr instanceof Expr.Call call) {
      return calls.add(call);
    } else if (expr instanceof Expr.Name name) {
      return calls.add(new Expr.Call(name, List.of(), name.span()));
    }
    session.report.error(Diagnostic.of(ErrorCode.INVALID_OPTIMIZER, expr.span(), "expected an optimizer")
        .help("such as `train adam(rate = 1e-3);` or `train clipnorm(1) |> adam(rate = 1e-3);`"));
    return false;
  }

  private boolean stage(Expr.Call call, Frame frame) {
    List<Arguments.Given> given = session.arguments.evaluate(call, frame);
    String name = call.callee().name();
    Optional<Callee> callee = frame.file.callee(name);
    if (callee.isEmpty()) {
      session.report.unknown(name, () -> NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, call.callee().span(),
          "cannot find optimizer `" + name + "`"), call.callee(), frame.file.callable()));
      return false;
    }
    if (callee.get().sort() != Callee.Sort.OPTIMIZER) {
      session.report.error(ErrorCode.NOT_CALLABLE, call.callee().span(), "`" + name + "` is " + callee.get().sort().article
          + ", not an optimizer");
      return false;
    }
    Definition optimizer = (Definition) callee.get();
    Frame body = Frame.of(optimizer.home(), Frame.Code.OPTIMIZER, false);
    Invocation invocation = new Invocation(optimizer, call, Optional.empty(), given, call.span(), frame);
    if (session.arguments.bind(optimizer, invocation, Map.of(), body).isEmpty()) {
      return false;
    }
    session.report.enter(call.span(), optimizer);
    session.report.typed(optimizer);
    Stage stage = new Stage(optimizer, body);
    boolean sound = stage.run();
    session.report.leave();
    return sound;
  }

  /** A block of one optimizer: statements are assignments in order, so a name has its latest value. */
  private final class Stage {
    private final Definition optimizer;
    private final Frame body;
    private final Map<String, Span> fixed = new LinkedHashMap<>();
    private final Map<String, Integer> ownStates = new LinkedHashMap<>();
    private final Map<String, Integer> assigned = new LinkedHashMap<>();
    private boolean sound = true;

    Stage(Definition optimizer, Frame body) {
      this.optimizer = optimizer;
      this.body = body;
    }

    boolean run() {
      for (Parameter parameter : optimizer.parameters()) {
        fixed.put(parameter.name().name(), parameter.name().span());
      }
      quantity("w", Op.Quantity.WEIGHT);
      quantity("g", Op.Quantity.GRADIENT);
      quantity("t", Op.Quantity.STEP);
      quantity("gradnorm", Op.Quantity.GRADIENT_NORM);
      rate();
      boolean ofLibrary = optimizer.home().callee("norm").map(norm -> norm instanceof Definition definition && definition.home().isLibrary()).orElse(true);
      if (ofLibrary && !body.bindings.containsKey("norm")) {
        body.bind("norm", new Binding.Passed(Builtin.OfParameter.NORM));
      }
      ((BlockItem) optimizer.item()).body().forEach(this::statement);
      sound &= !assigned.containsValue(Values.POISON);
      if (sound && !assigned.containsKey("w") && !assigned.containsKey("g") && !(ownStates.containsKey(AVERAGE) && assigned.containsKey(AVERAGE))) {
        fault(Diagnostic.of(ErrorCode.INVALID_OPTIMIZER, optimizer.place(),
            "optimizer `" + optimizer.label() + "` assigns neither `w` nor `g`, nor a state `average`"));
      }
      if (sound) {
        List<Update.NextState> next = ownStates.keySet().stream().filter(assigned::containsKey)
            .map(s -> new Update.NextState(ownStates.get(s), assigned.get(s))).toList();
        stages.add(new Update.Stage(Optional.ofNullable(assigned.get("w")), Optional.ofNullable(assigned.get("g")), next));
      }
      return sound;
    }

    /** Makes a rate that is a plain number changeable during training, unless the start of a state depends on it. */
    private void rate() {
      List<Statement> statements = ((BlockItem) optimizer.item()).body();
      Set<String> computed = statements.stream().filter(Statement.Definition.class::isInstance).flatMap(statement -> NameCheck.names(statement).stream())
          .map(Expr.Name::name).collect(Collectors.toCollection(HashSet::new));
      computed.add(RATE);
      boolean starts = statements.stream().filter(StateDecl.class::isInstance).flatMap(statement -> NameCheck.expressions(statement).stream())
          .flatMap(start -> NameCheck.namesIn(start).stream()).anyMatch(name -> computed.contains(name.name()));
      if (oneRate && !starts && body.bindings.get(RATE) instanceof Binding.Bound bound) {
        rate = values.constant(bound.value());
        rate.ifPresent(number -> body.bind(RATE, new Binding.Bound(values.add(Op.Quantity.RATE, Shape.SCALAR), Optional.empty())));
      }
    }

    private void quantity(String name, Op.Quantity quantity) {
      if (fixed.containsKey(name)) {
        fault(Diagnostic.of(ErrorCode.DUPLICATE_NAME, fixed.get(name), "`" + name
            + "` has a meaning of its own in an optimizer"));
      }
      body.bind(name, new Binding.Bound(values.add(quantity, Shape.SCALAR), Optional.empty()));
    }

    private void statement(Statement statement) {
      if (statement instanceof StateDecl decl) {
        decl.states().forEach(this::state);
      } else if (statement instanceof Statement.Definition definition) {
        assign(definition);
      } else {
        fault(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "this statement is not allowed in an optimizer")
            .help("an optimizer has `state` and assignments"));
        NameCheck.names(statement).forEach(name -> body.bind(name.name(), Values.POISON, name.span()));
      }
    }

    private void state(Statement.ParamDecl decl) {
      String name = decl.name().name();
      Expr start = decl.initial().orElseThrow();
      boolean startsAsParameter = start instanceof Expr.Name written && written.name().equals("w");
      int id = session.expressions.value(start, body);
      OptionalDouble initial = id == Values.POISON ? OptionalDouble.empty() : startsAsParameter ? OptionalDouble.of(0) : session.draws.number(id);
      if (!decl.sizes().isEmpty()) {
        fault(Diagnostic.of(ErrorCode.MISPLACED, decl.sizes().get(0).span(), "a state of an optimizer has no sizes").label("it has the shape of each parameter")
            .help("`state " + name + " = " + FaultReport.excerpt(start.span()) + ";`"));
      } else if (body.bindings.containsKey(name)) {
        fault(Diagnostic.of(ErrorCode.DUPLICATE_NAME, decl.name().span(), "`" + name + "` is already defined"));
      } else if (initial.isEmpty()) {
        sound = false;
        body.bind(name, Values.POISON, decl.name().span());
        if (id != Values.POISON) {
          fault(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, start.span(), "a state starts as a number known at compile time, or as `w`"));
        }
      } else {
        ownStates.put(name, states.size());
        body.bind(name, values.add(new Op.State(states.size()), Shape.SCALAR), decl.name().span());
        states.add(new Update.State(unique(name), initial.getAsDouble(), startsAsParameter));
      }
    }

    private String unique(String name) {
      String candidate = name;
      for (int k = 2; isTaken(candidate); k++) {
        candidate = name + "_" + k;
      }
      return candidate;
    }

    private boolean isTaken(String name) {
      return states.stream().anyMatch(s -> s.name().equals(name));
    }

    private void assign(Statement.Definition definition) {
      String name = definition.name().name();
      int value = session.expressions.value(definition.value(), body);
      if (fixed.containsKey(name) || name.equals("t") || name.equals("gradnorm")) {
        fault(Diagnostic.of(ErrorCode.MISPLACED, definition.name().span(), "`" + name + "` cannot be assigned")
            .help("an optimizer assigns `w`, `g`, its states and its own names"));
        return;
      }
      body.bind(name, value, definition.name().span());
      assigned.put(name, value);
      String line = AstPrinter.print((Statement) definition);
      formula.add(line.substring(0, line.length() - 1));
    }

    private void fault(Diagnostic diagnostic) {
      sound = false;
      session.report.intrinsic(diagnostic);
    }
  }
}
