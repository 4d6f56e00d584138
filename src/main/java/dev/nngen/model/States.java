package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.UpdateDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Types {@code state} and {@code update} statements of the model and of its layers: values other than parameters that a step changes. */
final class States {

  /** A state; {@code next} is its stored value after a step, {@code shown} the same in the orientation of its file. */
  private static final class Declared {
    final Parameters.Declared start;
    int next = Values.POISON;
    int shown = Values.POISON;
    Optional<Span> update = Optional.empty();

    Declared(Parameters.Declared start) {
      this.start = start;
    }
  }

  private final Session session;
  private final List<Declared> all = new ArrayList<>();

  States(Session session) {
    this.session = session;
  }

  /** Returns the number of states so far. */
  int count() {
    return all.size();
  }

  /** Declares a state and returns its value before the step, in the frame's orientation; poison after a reported error. */
  int declare(ParamDecl decl, CallSite.Local local, Frame frame) {
    if (session.blocks.refuses()) {
      return Values.POISON;
    }
    int value = session.declarations.declare(decl, local, frame, start -> {
      frame.states.put(decl.name().name(), all.size());
      all.add(new Declared(start));
      return new Op.State(all.size() - 1);
    });
    if (value != Values.POISON && all.get(all.size() - 1).start.initial().kind() != Initial.Kind.CONSTANT) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, decl.initial().orElseThrow().span(), "state `" + decl.name().name()
          + "` must start as a number known at compile time").label("this is drawn"));
    }
    return value;
  }

  /** Binds a name to the state that another call of a shared layer has declared. */
  void share(Name name, int state, Frame frame) {
    frame.states.put(name.name(), state);
  }

  /** Returns the values of states after a call of a shared layer, in the orientation of its file, from which a further call continues. */
  Map<Integer, Integer> after() {
    Map<Integer, Integer> after = new LinkedHashMap<>();
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).update.isPresent()) {
        after.put(k, all.get(k).shown);
      }
    }
    return after;
  }

  /**
   * Types an update in a frame with the values of all states before the step.
   *
   * @param before the values from which a further call of a shared layer continues; empty elsewhere
   */
  void update(UpdateDecl decl, Frame frame, Map<Integer, Integer> before) {
    if (session.blocks.refuses()) {
      return;
    }
    Integer index = frame.states.get(decl.state().name());
    if (index == null) {
      unknown(decl, frame);
      return;
    }
    Declared state = all.get(index);
    if (state.update.isPresent() && !before.containsKey(index)) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, decl.span(), "state `" + decl.state().name() + "` has two updates")
          .note(state.update.get(), "first here").help("a step changes a state once: write one `update` for both"));
      return;
    }
    state.update = Optional.of(decl.span());
    int value = session.expressions.value(decl.value(), before.isEmpty() ? frame : frame.withStates(before));
    state.shown = spread(decl, value, session.declarations.shape(state.start.decl(), frame));
    state.next = state.shown == Values.POISON || frame.rows == session.rows ? state.shown : session.values.turn(state.shown);
  }

  private void unknown(UpdateDecl decl, Frame frame) {
    String name = decl.state().name();
    if (!frame.bindings.containsKey(name)) {
      session.report.unknown(name, () -> NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, decl.state().span(), "cannot find state `" + name + "`"),
          decl.state(), frame.states.keySet()).help("declare it: `state " + name + " = 0;`"));
    } else if (!(frame.bindings.get(name) instanceof Binding.Bound bound) || bound.value() != Values.POISON) {
      session.report.error(Diagnostic.of(ErrorCode.MISPLACED, decl.state().span(), "`" + name + "` is not a state declared here; only states can be updated")
          .help("declare a state with its sizes and its start: `state mean[4] = 0;`"));
    }
  }

  /** Returns the value in the shape of the state; a scalar is broadcast. */
  private int spread(UpdateDecl decl, int value, Optional<Shape> shape) {
    if (value == Values.POISON || shape.isEmpty()) {
      return Values.POISON;
    }
    Shape given = session.values.shape(value);
    if (!given.equals(shape.get()) && !given.isScalar()) {
      session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, decl.value().span(), "expected " + shape.get() + " for state `" + decl.state().name() + "`, found " + given)
          .label("this is " + given).help("`rowsum(E)` and `mean[..]` sum over samples"));
      return Values.POISON;
    }
    return given.equals(shape.get()) ? value : session.values.add(Op.Operator.BROADCAST, shape.get(), value);
  }

  /** Reports the states of a model or a layer without an update. */
  void requireUpdates(Frame frame) {
    frame.states.values().stream().filter(index -> all.get(index).update.isEmpty()).map(index -> all.get(index).start.decl()).forEach(decl ->
        session.report.error(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL, decl.name().span(), "state `" + decl.name().name() + "` has no update")
            .label("it never changes").help("add its value after a step: `update " + decl.name().name() + " = ..;`; a constant matrix can be an input")));
  }

  /** Returns the states by their external names. */
  List<Model.State> declared() {
    return all.stream().map(state -> new Model.State(state.start.local().name, state.start.shape(), state.start.initial(), state.next)).toList();
  }
}
