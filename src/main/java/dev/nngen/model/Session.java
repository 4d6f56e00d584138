package dev.nngen.model;

import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the parts of the stage share while one model is typed. */
final class Session {

  /** Calls that one model may expand to; beyond it the text is an attack or a mistake. */
  private static final int MAX_CALLS = 200_000;
  private static final int MAX_DEPTH = 100;

  final Report report;
  final Values values = new Values();
  final Set<Model.Fact> facts = new LinkedHashSet<>();
  final List<Parameters.Declared> parameters = new ArrayList<>();
  final Map<SizeDecl, Integer> sizes = new HashMap<>();

  /** The model's orientation, in which parameters are stored and names are shown. */
  final boolean rows;
  final boolean singlePrecision;
  /** Whether any input has m samples. */
  final boolean batched;

  final Operators operators = new Operators(this);
  final Expressions expressions = new Expressions(this);
  final Sizes sizing = new Sizes(this);
  final Arguments arguments = new Arguments(this);
  final BuiltinCalls builtins = new BuiltinCalls(this);
  final Functions functions = new Functions(this);
  final Layers layers = new Layers(this);
  final Draws draws = new Draws(values);
  final Intervals intervals = new Intervals(this);
  final Parameters declarations = new Parameters(this);

  private final Deque<Definition> active = new ArrayDeque<>();
  private int calls;
  private boolean assuming = true;

  Session(Report report, boolean rows, boolean singlePrecision, boolean batched) {
    this.report = report;
    this.rows = rows;
    this.singlePrecision = singlePrecision;
    this.batched = batched;
  }

  /** Whether a definition may be expanded now; where not, that is reported. Ends with {@link #leave}. */
  boolean enter(Definition definition, Span call) {
    if (active.contains(definition)) {
      report.intrinsic(Diagnostic.of(ErrorCode.RECURSION, call, definition.label() + " calls itself")
          .note(definition.place(), definition.label() + " is defined here")
          .help("the language has no recursion: every call is expanded when the model is compiled"));
      return false;
    }
    if (++calls > MAX_CALLS || active.size() == MAX_DEPTH) {
      report.intrinsic(Diagnostic.of(ErrorCode.TOO_MANY_EXPANSIONS, call, calls > MAX_CALLS
          ? "the model expands to more than " + MAX_CALLS + " calls" : "calls are nested more than " + MAX_DEPTH + " deep"));
      return false;
    }
    active.push(definition);
    return true;
  }

  void leave() {
    active.pop();
  }

  /** Takes the fact for true, where it is one about values of the model. */
  void assume(Model.Fact fact) {
    if (assuming) {
      facts.add(fact);
    }
  }

  /** Says whether the values typed from now on are the model's, and not those of initialisers and optimisers. */
  void assuming(boolean ofModel) {
    assuming = ofModel;
  }
}
