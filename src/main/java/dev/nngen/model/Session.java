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
import java.util.OptionalLong;
import java.util.Set;

/** What the parts of the stage share while one model is typed. */
final class Session {

  /** Calls that one model may expand to; beyond it the text is an attack or a mistake. */
  private static final int MAX_CALLS = 100_000;
  private static final int MAX_DEPTH = 100;

  final Report report;
  final Values values = new Values();
  final Set<Model.Fact> facts = new LinkedHashSet<>();
  final List<Model.Data> data = new ArrayList<>();
  final List<Parameters.Declared> parameters = new ArrayList<>();
  final Map<SizeDecl, Integer> sizes = new HashMap<>();

  /** The model's orientation, in which parameters are stored and names are shown. */
  final boolean rows;
  final boolean singlePrecision;
  /** Whether any input has m samples. */
  final boolean batched;
  /** The file that the model stands in. */
  final FileScope file;

  final Operators operators = new Operators(this);
  final Expressions expressions = new Expressions(this);
  final Sizes sizing = new Sizes(this);
  final Arguments arguments = new Arguments(this);
  final BuiltinCalls builtins = new BuiltinCalls(this);
  final AxisFunctions axes = new AxisFunctions(this);
  final Functions functions = new Functions(this);
  final Layers layers = new Layers(this);
  final Suspicions suspicions = new Suspicions(this);
  final Draws draws = new Draws(values);
  final Intervals intervals = new Intervals(this);
  final Parameters declarations = new Parameters(this);
  final States states = new States(this);
  final Noises noises = new Noises(this);
  final Preconditions preconditions = new Preconditions(this);

  /** A penalty of all matrices outside of minimize, and how many parameters were known there. */
  record EarlyPenalty(Span call, int parameters) {}

  final List<EarlyPenalty> penalties = new ArrayList<>();

  private final Deque<Definition> active = new ArrayDeque<>();
  private int calls;
  private boolean assuming = true;
  private boolean minimizing;

  Session(Report report, FileScope file, boolean rows, boolean singlePrecision, boolean batched) {
    this.file = file;
    this.report = report;
    this.rows = rows;
    this.singlePrecision = singlePrecision;
    this.batched = batched;
  }

  /** Whether a definition may be expanded now; where not, that is reported. Ends with {@link #leave}. */
  boolean enter(Definition definition, Span call) {
    if (active.contains(definition)) {
      report.intrinsic(Diagnostic.of(ErrorCode.RECURSION, call, "`" + definition.label() + "` calls itself")
          .note(definition.place(), "`" + definition.label() + "` is defined here")
          .help("the language has no recursion: every call is expanded when the model is compiled"));
      return false;
    }
    if (++calls > MAX_CALLS || active.size() == MAX_DEPTH) {
      report.intrinsic(Diagnostic.of(ErrorCode.TOO_MANY_EXPANSIONS, call, calls > MAX_CALLS
          ? "the model expands to more than " + MAX_CALLS + " calls" : "calls are nested more than " + MAX_DEPTH + " deep"));
      return false;
    }
    active.push(definition);
    report.typed(definition);
    return true;
  }

  void leave() {
    active.pop();
  }

  /** Whether layers of the file have a sample per row: as the file says, or the model in it, or else not. */
  boolean rowsOf(FileScope scope) {
    return scope.rows().orElse(scope == file && rows);
  }

  /** Notes that {@code l1} or {@code l2} ranges over all matrices; outside of minimize that must be all there are. */
  void penalty(Span call) {
    if (!minimizing) {
      penalties.add(new EarlyPenalty(call, parameters.size()));
    }
  }

  /** Says whether a minimize statement is being typed. */
  void minimizing(boolean now) {
    minimizing = now;
  }

  /** The count that whole-number data were declared with, for such data and what is read from them; empty for other values. */
  OptionalLong count(int value) {
    Value at = values.get(datum(value));
    return at.op() instanceof Op.Data datum && data.get(datum.index()).count().isPresent() ? OptionalLong.of(data.get(datum.index()).count().getAsInt())
        : OptionalLong.empty();
  }

  /** What a value is read from. */
  int datum(int value) {
    Value at = values.get(value);
    boolean reads = at.op() instanceof Op.Read || at.op() instanceof Op.Align || at.op() == Op.Operator.TURN || at.op() == Op.Operator.TRANSPOSE;
    return reads ? datum(at.operands().get(0)) : value;
  }

  /** Takes the fact for true, where it is one about values of the model. */
  void assume(Model.Fact fact) {
    if (assuming) {
      facts.add(fact);
    }
  }

  /** Whether the values that are typed are the model's. */
  boolean isAssuming() {
    return assuming;
  }

  /** Says whether the values typed from now on are the model's, and not those of initialisers and optimisers. */
  void assuming(boolean ofModel) {
    assuming = ofModel;
  }
}
