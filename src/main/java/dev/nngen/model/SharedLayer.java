package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** A layer whose parameters are declared by its first call and reused by all others; {@code share enc = dense(units = 16);} */
final class SharedLayer implements Callee {

  final Definition layer;
  /** The common arguments of all calls. */
  final List<Arguments.Given> common;
  /** The parameters, which the first call declares. They carry the name of the share: {@code W_enc}. */
  final CallSite.LayerCall owner = new CallSite.LayerCall();
  private final Name name;
  private final List<Integer> parameters = new ArrayList<>();
  /** The index among the model's states of each parameter that is a state. */
  private final Map<Integer, Integer> states = new HashMap<>();
  private Map<Integer, Integer> before = Map.of();
  private int next;

  SharedLayer(Name name, Definition layer, List<Arguments.Given> common) {
    this.name = name;
    this.layer = layer;
    this.common = List.copyOf(common);
  }

  /**
   * Starts a call, which uses the parameters of the first one in the same order.
   *
   * @param updated the values of the model's states after the updates so far
   */
  void begin(Map<Integer, Integer> updated) {
    next = 0;
    before = new HashMap<>(updated);
    before.keySet().retainAll(states.values());
  }

  /** Returns the values of the layer's states after the earlier calls; empty in the first call. */
  Map<Integer, Integer> before() {
    return before;
  }

  /** Returns a state like {@link #parameter}. */
  int state(ParamDecl decl, Frame body, Session session) {
    int place = next;
    int count = session.states.count();
    int value = owned(decl, body, session, (local, frame) -> session.states.declare(decl, local, frame));
    if (session.states.count() > count) {
      states.put(place, count);
    } else if (states.containsKey(place)) {
      session.states.share(decl.name(), states.get(place), body);
    }
    return value;
  }

  /** Returns the value of a parameter in a call, in the orientation of the layer's file; poison if it would need another shape. */
  int parameter(ParamDecl decl, Frame body, Session session) {
    return owned(decl, body, session, (local, frame) -> session.declarations.declare(decl, local, frame));
  }

  private int owned(ParamDecl decl, Frame body, Session session, BiFunction<CallSite.Local, Frame, Integer> declare) {
    int place = next++;
    if (place == parameters.size()) {
      boolean again = owner.locals.stream().anyMatch(local -> local.word.equals(decl.name().name()));
      CallSite.Local local = new CallSite.Local(again ? decl.name().name() + "_" + (place + 1) : decl.name().name(), true);
      parameters.add(declare.apply(local, body));
      local.value = body.rows == session.rows ? parameters.get(place) : session.values.turn(parameters.get(place));
      owner.locals.add(local);
    }
    int value = parameters.get(place);
    Optional<Shape> wanted = session.declarations.shape(decl, body);
    if (value == Values.POISON || wanted.isEmpty() || wanted.get().equals(session.values.shape(value))) {
      return wanted.isEmpty() ? Values.POISON : value;
    }
    session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, decl.name().span(), "parameter `" + decl.name().name() + "` of the shared layer `" + label()
        + "` is " + session.values.shape(value) + " since its first call, but would be " + wanted.get() + " in this one")
        .note(name.span(), "it is shared here").help("all calls of a shared layer need inputs of the same shape"));
    return Values.POISON;
  }

  Name name() {
    return name;
  }

  @Override
  public String label() {
    return name.name();
  }

  @Override
  public Sort sort() {
    return Sort.LAYER;
  }

  @Override
  public String signature() {
    return label() + "(" + layer.parameters().get(0).name().name() + ")";
  }
}
