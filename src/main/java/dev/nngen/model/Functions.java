package dev.nngen.model;

import dev.nngen.ast.Item;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.ast.Statement.Fact;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Types calls of {@code fn}, {@code loss} and {@code init}: the body is typed in place of the call. Equal calls are expanded once, so the cost of
 * nested functions does not grow exponentially.
 */
final class Functions {

  /** Key of a call: calls with the same body and arguments have the same value; conditions of the body depend on the enclosing branches. */
  private record Key(Definition definition, List<Object> arguments, Optional<Frame.Fan> fan, List<Integer> branches) {}

  private final Session session;
  private final ClassLabels labels;
  private final Map<Key, Integer> known = new HashMap<>();

  Functions(Session session) {
    this.session = session;
    this.labels = new ClassLabels(session);
  }

  int call(Definition definition, Invocation call) {
    boolean init = definition.sort() == Callee.Sort.INIT;
    if (init && call.frame().code != Frame.Code.INIT) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_CALLABLE, call.name(),
          "`" + definition.label() + "` is an initializer and cannot be called here")
          .note(definition.place(), "it is defined here").help(Callee.initializerHelp(call)));
      return Values.POISON;
    }
    Frame body = body(definition, call, init);
    Optional<Map<String, Arguments.Given>> given =
        session.arguments.bind(definition, call, init ? fans(definition, call) : Map.of(), body);
    if (given.isEmpty() || isPoisoned(body)) {
      return Values.POISON;
    }
    boolean loss = ((FunctionItem) definition.item()).kind() == Item.FunctionKind.LOSS;
    Optional<Map<String, Arguments.Given>> spread = loss ? labels.spread(call, given.get(), body) : given;
    return spread.map(arguments -> shaped(definition, call, arguments, body)).orElse(Values.POISON);
  }

  private static Frame body(Definition definition, Invocation call, boolean init) {
    Frame frame = Frame.of(definition.home(), init ? Frame.Code.INIT : Frame.Code.FUNCTION, false);
    return init ? frame.with(call.frame().fan.orElseThrow()) : frame;
  }

  /** Returns the parameters fanIn and fanOut of an initializer, if it has them. */
  private Map<String, Integer> fans(Definition definition, Invocation call) {
    Frame.Fan fan = call.frame().fan.orElseThrow();
    Map<String, Integer> preset = new LinkedHashMap<>();
    for (Parameter parameter : definition.parameters()) {
      switch (parameter.name().name()) {
        case "fanIn" -> preset.put("fanIn", session.values.number(fan.in()));
        case "fanOut" -> preset.put("fanOut", session.values.number(fan.out()));
        default -> { }
      }
    }
    return preset;
  }

  private static boolean isPoisoned(Frame body) {
    return body.bindings.values().stream().anyMatch(b -> b instanceof Binding.Bound bound && bound.value() == Values.POISON);
  }

  /** Returns the body's value, broadcast to the common shape of the arguments. */
  private int shaped(Definition definition, Invocation call, Map<String, Arguments.Given> given, Frame body) {
    List<Arguments.Given> values = given.values().stream().filter(g -> g.binding() instanceof Binding.Bound).toList();
    List<Integer> ids = values.stream().map(Arguments.Given::id).toList();
    Optional<Shape> shape = session.operators.broadcast("arguments of `" + definition.label()
        + "`", call.span(), values, ids, call.frame());
    if (shape.isEmpty() || !inDomain(definition, call, given, body)) {
      return Values.POISON;
    }
    session.preconditions.loss(definition, call, given);
    int value = expanded(definition, call, body);
    return value == Values.POISON || session.values.shape(value).equals(shape.get())
        ? value : session.operators.add(Op.Operator.BROADCAST, shape.get(), call.span(), value);
  }

  private int expanded(Definition definition, Invocation call, Frame body) {
    Key key = new Key(definition, keys(body), body.fan, session.preconditions.branches());
    Integer before = known.get(key);
    if (before != null) {
      return before;
    }
    if (!session.enter(definition, call.span())) {
      return Values.POISON;
    }
    int value = session.expressions.value(((FunctionItem) definition.item()).body(), body);
    session.leave();
    known.put(key, value);
    return value;
  }

  private static List<Object> keys(Frame body) {
    List<Object> keys = new ArrayList<>();
    for (Binding binding : body.bindings.values()) {
      keys.add(binding instanceof Binding.Bound bound ? (Object) bound.value() : ((Binding.Passed) binding).callee());
    }
    return keys;
  }

  /** Records the function's conditions on its arguments; reports a number outside of its domain. */
  private boolean inDomain(Definition definition, Invocation call, Map<String, Arguments.Given> given, Frame body) {
    boolean fits = true;
    for (Fact.Range range : ((FunctionItem) definition.item()).domain()) {
      int id = session.expressions.value(range.value(), body);
      Optional<Interval> interval = session.intervals.of(range.interval(), body);
      if (id != Values.POISON && interval.isPresent()) {
        fits &= inside(definition, call, range, id, interval.get(), given);
      }
    }
    return fits;
  }

  private boolean inside(Definition definition, Invocation call, Fact.Range range, int id, Interval interval,
      Map<String, Arguments.Given> given) {
    OptionalDouble number = session.draws.number(id);
    if (number.isEmpty()) {
      session.preconditions.domain(definition, call, range, id, interval, given);
      return true;
    }
    if (interval.contains(number.getAsDouble())) {
      return true;
    }
    session.report.error(Diagnostic.of(ErrorCode.OUTSIDE_DOMAIN, call.span(), "`" + FaultReport.excerpt(range.value().span())
        + "` = "
        + WrittenIntervals.text(number.getAsDouble()) + " is outside " + interval + ", the domain of `" + definition.label() + "`")
        .note(range.span(), "declared here"));
    return false;
  }
}
