package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** The shared state of the stage while one model is typed. */
final class Session {

  /** Maximum number of calls that one model may expand to. */
  private static final int MAX_CALLS = 100_000;
  private static final int MAX_DEPTH = 100;

  final FaultReport report;
  final Values values = new Values();
  final Set<Model.Fact> facts = new LinkedHashSet<>();
  final List<Model.Data> data = new ArrayList<>();
  final List<Parameters.Declared> parameters = new ArrayList<>();
  final Map<SizeDecl, Integer> sizes = new HashMap<>();
  /** Sizes known only at run time. */
  private final Map<Size, SizeDecl> runtime = new LinkedHashMap<>();

  /** The model's orientation, in which parameters are stored and names are shown. */
  final boolean rows;
  final boolean singlePrecision;
  /** Whether any input has m samples. */
  final boolean batched;
  /** The file that contains the model. */
  final FileScope file;

  final Operators operators = new Operators(this);
  final Expressions expressions = new Expressions(this);
  final Sizes sizing = new Sizes(this);
  final Arguments arguments = new Arguments(this);
  final BuiltinCalls builtins = new BuiltinCalls(this);
  final AxisFunctions axes = new AxisFunctions(this);
  final Functions functions = new Functions(this);
  final Layers layers = new Layers(this);
  final ModelWarnings suspicions = new ModelWarnings(this);
  final InitializerFolding draws = new InitializerFolding(values);
  final WrittenIntervals intervals = new WrittenIntervals(this);
  final Parameters declarations = new Parameters(this);
  final States states = new States(this);
  final Noises noises = new Noises(this);
  final Preconditions preconditions = new Preconditions(this);
  final Blocks blocks = new Blocks(this);
  final UnitAxes units = new UnitAxes(this);
  final IndexNames indexNames = new IndexNames();
  final BlockConditions conditions = new BlockConditions(this);

  /** A penalty of all matrices outside of minimize, and the number of parameters declared before it. */
  record EarlyPenalty(Span call, int parameters) {}

  final List<EarlyPenalty> penalties = new ArrayList<>();

  /** The blocks over indices, in source order. */
  final List<Block> numbered = new ArrayList<>();
  /** The number of values with a start in blocks. */
  int carries;
  /** The carried values that the previous typing of the model has found, by their numbers. */
  private final Map<Integer, Block.Carry> carriedBefore;
  private final Map<Integer, Block.Carry> carriedNow = new LinkedHashMap<>();
  private final Map<Integer, Block.Carried> recurrences = new TreeMap<>();

  private final Deque<Definition> active = new ArrayDeque<>();
  private int calls;
  private boolean assuming = true;
  private boolean minimizing;

  Session(FaultReport report, FileScope file, boolean rows, boolean singlePrecision, boolean batched, Map<Integer, Block.Carry> carried) {
    this.carriedBefore = Map.copyOf(carried);
    this.file = file;
    this.report = report;
    this.rows = rows;
    this.singlePrecision = singlePrecision;
    this.batched = batched;
  }

  /** Whether a definition may be expanded now; reports an error if not. Ends with {@link #leave}. */
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

  /** Whether layers of the file have a sample per row: as specified in the file, or else in its model, or else not. */
  boolean rowsOf(FileScope scope) {
    return scope.rows().orElse(scope == file && rows);
  }

  /** Returns a size that is declared without a number. */
  Size runtime(SizeDecl decl) {
    Size size = Size.named(decl.name().name());
    runtime.putIfAbsent(size, decl);
    return size;
  }

  /** Returns the sizes known only at run time, without m, in source order. */
  List<Size> runtime() {
    return runtime.entrySet().stream().sorted(Comparator.comparing(entry -> entry.getValue().span().start())).map(Map.Entry::getKey).toList();
  }

  /** Returns a block over an index with that many values. */
  Block block(Expr.Name name, Size extent) {
    Index index = new Index(name.name(), name.span(), 0);
    index.resolve(extent);
    numbered.add(new Block(numbered.size(), index));
    return numbered.get(numbered.size() - 1);
  }

  /** Returns the known properties of a carried value; empty if its shape is unknown. */
  Optional<Block.Carry> carry(int number) {
    return Optional.ofNullable(carriedBefore.get(number));
  }

  /** Records the properties of a carried value. */
  void found(Block.Carried carried, Block.Carry carry) {
    carriedNow.put(carried.number, carry);
    recurrences.put(carried.number, carried);
  }

  /** Returns the recorded properties, by the numbers of the carried values. */
  Map<Integer, Block.Carry> carried() {
    return carriedNow;
  }

  /** Returns the carried values, in source order. */
  Collection<Block.Carried> recurrences() {
    return recurrences.values();
  }

  /** Returns the value at the index of a block. */
  int slice(int value, Block block, Shape inner, List<Integer> axes) {
    if (value != Values.POISON && values.get(value).op() instanceof Op.Stack stack && stack.block() == block.number
        && values.shape(values.get(value).operands().get(0)).equals(inner) && stack.axes().equals(axes)) {
      return values.get(value).operands().get(0);
    }
    return values.add(new Op.Slice(block.number, axes), inner, value);
  }

  /** Returns the value of a block at all indices, with an axis for them. */
  int outside(int value, Block block, boolean inRows) {
    if (value == Values.POISON) {
      return value;
    }
    Shape inner = values.shape(value);
    boolean keepsUnits = units.areKept(value);
    List<Integer> axes = Block.axes(inner, inRows, keepsUnits);
    return values.get(value).op() instanceof Op.Slice slice && slice.block() == block.number && slice.axes().equals(axes)
        ? values.get(value).operands().get(0) : values.add(new Op.Stack(block.number, axes), block.outside(inner, inRows, keepsUnits), value);
  }

  /** Returns the value outside of all blocks. */
  int outside(int value, boolean inRows) {
    return outside(value, inRows, List.of());
  }

  /** Returns the value inside these blocks, outside of all others. */
  int outside(int value, boolean inRows, List<Block> in) {
    if (value == Values.POISON) {
      return value;
    }
    int outer = value;
    List<Integer> around = new ArrayList<>(values.blocks(value));
    Collections.reverse(around);
    for (int block : around) {
      outer = in.contains(numbered.get(block)) ? outer : outside(outer, numbered.get(block), inRows);
    }
    return outer;
  }

  /** Records that {@code l1} or {@code l2} covers all matrices; outside of minimize all must be declared before. */
  void penalty(Span call) {
    if (!minimizing) {
      penalties.add(new EarlyPenalty(call, parameters.size()));
    }
  }

  /** Sets whether a minimize statement is being typed. */
  void minimizing(boolean now) {
    minimizing = now;
  }

  /** Returns the declared number of values of integer data, and of values read from them; empty for other values. */
  OptionalLong count(int value) {
    Value at = values.get(datum(value));
    return at.op() instanceof Op.Data datum && data.get(datum.index()).count().isPresent() ? OptionalLong.of(data.get(datum.index()).count().getAsInt())
        : OptionalLong.empty();
  }

  /** Returns the data that a value is read from. */
  int datum(int value) {
    Value at = values.get(value);
    boolean reads = at.op() instanceof Op.Read || at.op() instanceof Op.Slice || at.op() instanceof Op.Stack || at.op() instanceof Op.Align || at.op() == Op.Operator.TURN || at.op() == Op.Operator.TRANSPOSE;
    return reads ? datum(at.operands().get(0)) : value;
  }

  /** Records the fact if it is about values of the model. */
  void assume(Model.Fact fact) {
    if (assuming) {
      facts.add(fact);
    }
  }

  /** Whether the values that are typed belong to the model. */
  boolean isAssuming() {
    return assuming;
  }

  /** Sets whether the values typed from now on belong to the model, not to initializers and optimizers. */
  void assuming(boolean ofModel) {
    assuming = ofModel;
  }
}
