package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.LoopNest.Scatter;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Part;
import dev.nngen.schedule.Instruction.Range;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lowers a nest of a plan to a loop program: subscripts become offsets, loops get bounds, and a sum over inner loops becomes a local that is stored
 * when it is complete.
 */
public final class NestLowering extends Rewriting {

  private final LoopNest nest;
  private final Set<Tensor> numbers;
  private final LoopDomain domain;
  private final Variable.Source variables;
  private final List<Variable> counters = new ArrayList<>();
  private final Map<Integer, Variable> lets = new HashMap<>();
  private final Map<Reduce, Scalar> accumulators = new HashMap<>();
  /** Subscripts that instructions compute, by their index among the derived ones. */
  private final Map<Integer, Variable> digits = new HashMap<>();
  /** Instructions that must precede the one that is being lowered. */
  private final List<Instruction> pending = new ArrayList<>();
  /** Subscripts from data that are invariant in the inner loops. */
  private final Map<Scalar, Variable> wholes = new HashMap<>();
  /** Bounds that replace conditions; none if loops are unrolled, because conditions are then constant. */
  private final LoopLimits limits;

  private NestLowering(LoopNest nest, Set<Tensor> numbers, LoopDomain domain, Variable.Source variables, LoopLimits limits) {
    this.nest = nest;
    this.numbers = numbers;
    this.domain = domain;
    this.variables = variables;
    this.limits = limits;
  }

  /**
   * Lowers a nest.
   *
   * @param numbers scalars that are locals of the kernel
   * @param domain the part of the loops that is run
   */
  public static List<Instruction> lower(LoopNest nest, Set<Tensor> numbers, LoopDomain domain, Variable.Source variables) {
    LoopNest run = domain.isFlat(nest) ? nest : nest.byAxis();
    return lower(run, numbers, domain, variables, LoopLimits.of(run, 0));
  }

  private static List<Instruction> lower(LoopNest nest, Set<Tensor> numbers, LoopDomain domain, Variable.Source variables, LoopLimits limits) {
    NestLowering lowering = new NestLowering(nest, numbers, domain, variables, limits);
    List<Instruction> program = new ArrayList<>();
    nest.effects().forEach(effect -> lowering.clear(effect, Optional.empty(), program));
    program.addAll(lowering.level(0));
    return program;
  }

  /**
   * Lowers a recurrence to a loop over its steps. Numbers that are equal in all steps are computed before it, and the memory of sums is cleared. If a step has its
   * own part of that memory, or all of it is for one step at a time, the step clears it.
   *
   * @param parts the part of a loop of each nest that a thread runs; none if it runs all
   */
  public static List<Instruction> lower(Sequence sequence, Set<Tensor> numbers, List<Part> parts, Variable.Source variables) {
    Affine steps = Affine.size(List.of(sequence.steps()));
    Variable counter = variables.next(sequence.backward() ? "s" : "step");
    Variable step = sequence.backward() ? variables.next("step") : counter;
    List<Instruction> program = new ArrayList<>();
    List<Instruction> body = new ArrayList<>();
    if (sequence.backward()) {
      body.add(new Instruction.Digit(step, steps.plus(Affine.of(-1)).plus(Affine.of(counter).times(-1)), 1, 0));
    }
    for (int k = 0; k < sequence.nests().size(); k++) {
      LoopNest nest = sequence.nests().get(k);
      LoopDomain domain = parts.isEmpty() ? LoopDomain.WHOLE : new LoopDomain(Optional.empty(), Optional.of(parts.get(k)), List.of());
      NestLowering lowering = new NestLowering(nest, numbers, domain, variables, LoopLimits.of(nest, 1));
      for (Effect effect : nest.effects()) {
        boolean together = !effect.at().isEmpty() && effect.at().get(0) == 0;
        lowering.clear(effect, together ? Optional.of(step) : Optional.empty(), together || !effect.at().contains(0) ? body : program);
      }
      lowering.open(0, program);
      lowering.counters.add(step);
      body.addAll(lowering.level(1));
    }
    program.add(Loop.over(Kind.SEQUENTIAL, counter, steps, body));
    return program;
  }

  /**
   * Lowers a product whose nest runs on each of its blocks.
   *
   * @param part the rows or columns of the product that are computed; empty for all
   */
  public static List<Instruction> lower(ProductEpilogue pair, Set<Tensor> numbers, Optional<Part> part, Variable.Source variables) {
    LoopDomain domain = new LoopDomain(Optional.empty(), part, pair.nest().flat() ? List.of(new Range(variables.next("start"), variables.next("end")))
        : List.of(new Range(variables.next("firstRow"), variables.next("lastRow")), new Range(variables.next("firstColumn"), variables.next("lastColumn"))));
    return lower(pair.nest(), numbers, domain, variables).stream()
        .map(code -> code instanceof Loop ? new Gemm(pair.product(), part, pair.isStored(), domain.blocks(), List.of(code)) : code).toList();
  }

  /** Lowers nests whose loops of known length will be unrolled, in sequence. */
  public static List<Instruction> straight(List<LoopNest> nests, Set<Tensor> numbers, Variable.Source variables) {
    return nests.stream().flatMap(nest -> lower(nest.byAxis(), numbers, LoopDomain.WHOLE, variables, LoopLimits.none(nest.byAxis())).stream()).map(NestLowering::unrolled).toList();
  }

  private static Instruction unrolled(Instruction instruction) {
    return instruction instanceof Loop loop ? new Loop(loop.extent().constant().isPresent() ? Kind.UNROLLED : loop.kind(), loop.counter(),
        loop.extent(), loop.from(), loop.to(), loop.step(), loop.body().stream().map(NestLowering::unrolled).toList()) : instruction;
  }

  /** Lowers an expression outside all loops. */
  public static Scalar lower(Scalar scalar) {
    return new NestLowering(new LoopNest(List.of(), false, List.of(), List.of()), Set.of(), LoopDomain.WHOLE, new Variable.Source(),
        LoopLimits.none(new LoopNest(List.of(), false, List.of(), List.of()))).apply(scalar);
  }

  private int depths() {
    return domain.isFlat(nest) ? 1 : nest.axes().size();
  }

  /**
   * Initializes sums in memory and sums over blocks with the neutral element. A sum at computed subscripts is one of several parts; others clear it.
   *
   * @param first the only subscript of the first dimension at which memory is cleared; empty for all
   */
  private void clear(Effect effect, Optional<Variable> first, List<Instruction> program) {
    boolean isPart = effect.at().stream().anyMatch(position -> position >= nest.axes().size());
    boolean accumulates = effect instanceof Scatter || effect instanceof Reduce reduce && !isPart && (!reduce.isOuter() || !domain.blocks().isEmpty());
    if (accumulates) {
      List<Extent> dims = effect.to().dims();
      int divided = domain.part().map(part -> effect.at().indexOf(part.loop())).orElse(-1);
      List<Variable> at = new ArrayList<>(first.stream().toList());
      while (at.size() < divided) {
        at.add(variables.next(Character.toString((char) ('i' + at.size()))));
      }
      Affine row = Affine.rowMajor(Stream.concat(at.stream().map(Affine::of), dims.stream().skip(at.size()).map(rest -> Affine.ZERO)).toList(), dims);
      List<Extent> inner = dims.subList(at.size(), dims.size());
      Optional<Range> range = domain.part().map(Part::range).filter(any -> divided >= 0);
      Affine from = row.plus(range.map(part -> LoopDomain.entries(part.first(), inner)).orElse(Affine.ZERO));
      Affine to = row.plus(range.map(part -> LoopDomain.entries(part.last(), inner)).orElseGet(() -> Affine.size(inner)));
      List<Loop> outer = IntStream.range(first.isPresent() ? 1 : 0, at.size()).mapToObj(k -> Loop.over(Kind.SEQUENTIAL, at.get(k), Affine.size(dims.subList(k, k + 1)), List.of())).toList();
      program.add(Loop.around(outer, new Fill(effect.to(), from, to, effect instanceof Reduce reduce ? reduce.reduction() : Reduction.SUM)));
    }
  }

  /** Returns the code inside that many loops. */
  private List<Instruction> level(int depth) {
    List<Instruction> code = new ArrayList<>();
    open(depth, code);
    if (depth == depths()) {
      nest.effects().forEach(effect -> add(effect(effect), code));
      return code;
    }
    List<Reduce> reductions = nest.effects().stream().filter(Reduce.class::isInstance).map(Reduce.class::cast)
        .filter(reduce -> reduce.isOuter() && reduce.at().size() == depth).toList();
    reductions.forEach(reduce -> code.add(accumulator(reduce)));
    counters.add(variables.next(domain.isFlat(nest) ? "at" : counterName(depth)));
    code.add(new Loop(Kind.SEQUENTIAL, counters.get(depth), domain.extent(nest, depth), domain.from(nest, depth).limited(limits.from(depth, this::number)),
        domain.to(nest, depth).limited(limits.to(depth, this::number)), 1, level(depth + 1)));
    counters.remove(depth);
    reductions.forEach(reduce -> code.addAll(result(reduce)));
    return code;
  }

  /** Emits the code before the loop at that depth. */
  private void open(int depth, List<Instruction> code) {
    declareDigits(depth, code);
    nest.lets().stream().filter(let -> let.depth() == depth).forEach(let -> add(let(let), code));
    if (depth < depths()) {
      innerNumbers(depth).filter(number -> depth(number) == depth && !wholes.containsKey(number)).forEach(number -> wholes.put(number, declareInteger(number, code)));
    }
  }

  /** Returns the data that are subscripts inside that many loops. */
  private Stream<Scalar> innerNumbers(int depth) {
    Stream<Scalar> values = Stream.concat(nest.lets().stream().filter(let -> let.depth() > depth).map(Let::value), nest.effects().stream().flatMap(effect -> effect.expressions().stream()));
    Stream<Scalar> loaded = values.flatMap(value -> Accesses.loads(value).stream()).flatMap(load -> load.numbers().stream());
    return Stream.concat(loaded, nest.effects().stream().filter(Scatter.class::isInstance).flatMap(effect -> ((Scatter) effect).numbers().stream()));
  }

  /** Returns the number of loops around the first point at which an expression is known. */
  private int depth(Scalar value) {
    int axes = nest.axes().size();
    return Accesses.parts(value).stream().mapToInt(part -> part instanceof Scalar.Local local ? nest.lets().stream().filter(let -> let.id() == local.id()).findFirst().orElseThrow().depth()
        : part instanceof Scalar.Load load ? deepest(load.at().stream().filter(at -> at >= 0), axes)
        : part instanceof Scalar.Position position ? deepest(Stream.of(position.position()), axes) : 0).max().orElse(0);
  }

  private int deepest(Stream<Integer> positions, int axes) {
    return positions.mapToInt(at -> at < axes ? at + 1 : nest.derived().get(at - axes).value().terms().stream().mapToInt(term -> term.axis() + 1).max().orElse(0)).max().orElse(0);
  }

  /** Declares a subscript from data. */
  private Variable declareInteger(Scalar number, List<Instruction> code) {
    Scalar value = apply(number);
    Variable variable = variables.next("p");
    add(new Instruction.Whole(variable, value), code);
    return variable;
  }

  private void add(Instruction instruction, List<Instruction> code) {
    code.addAll(pending);
    pending.clear();
    code.add(instruction);
  }

  /** Declares variables for subscripts that are not affine, in the outermost loop that has their operands. */
  private void declareDigits(int depth, List<Instruction> code) {
    for (int k = 0; k < nest.derived().size(); k++) {
      LoopNest.Derived subscript = nest.derived().get(k);
      int known = subscript.value().terms().stream().mapToInt(term -> term.axis() + 1).max().orElse(0);
      if (known == depth && (subscript.divisor() > 1 || subscript.modulus() > 0)) {
        Variable variable = variables.next("p");
        digits.put(k, variable);
        code.add(new Instruction.Digit(variable, number(subscript.value()), subscript.divisor(), subscript.modulus()));
      }
    }
  }

  /** Returns the number at a position of the nest. */
  private Affine number(int position) {
    int axes = nest.axes().size();
    if (position < axes) {
      return Affine.of(counters.get(position));
    }
    return Optional.ofNullable(digits.get(position - axes)).map(Affine::of).orElseGet(() -> number(nest.derived().get(position - axes).value()));
  }

  private Affine number(Relation.Affine value) {
    return value.terms().stream().map(term -> Affine.of(counters.get(term.axis())).times(term.coefficient())).reduce(Affine.of(value.constant()), Affine::plus);
  }

  /** Names the counter of samples {@code c}, others {@code i}, {@code j} and so on. */
  private String counterName(int position) {
    if (nest.axes().get(position).equals(Extent.BATCH)) {
      return "c";
    }
    long fixedBefore = nest.axes().subList(0, position).stream().filter(extent -> !extent.equals(Extent.BATCH)).count();
    return Character.toString((char) ('i' + Math.min(fixedBefore, 8)));
  }

  private Instruction let(Let let) {
    Variable variable = variables.next(let.name(), subscripts(let.at()));
    lets.put(let.id(), variable);
    return new Instruction.Let(variable, Type.NUMBER, apply(let.value()));
  }

  private List<Variable> subscripts(List<Integer> at) {
    return domain.isFlat(nest) && !at.isEmpty() ? List.copyOf(counters)
        : at.stream().filter(position -> position >= 0 && position < counters.size()).map(counters::get).toList();
  }

  private Accumulator accumulator(Reduce reduce) {
    Variable variable = variables.next(reduce.to().name(), subscripts(reduce.at()));
    Scalar to = numbers.contains(reduce.to()) ? new Entry(reduce.to(), Affine.ZERO) : new Scalar.Local(variable.id());
    accumulators.put(reduce, to);
    return new Accumulator(to, variable, Type.NUMBER, reduce.reduction());
  }

  /** Returns the instructions that use an accumulator once it is complete. */
  private List<Instruction> result(Reduce reduce) {
    Scalar sum = accumulators.get(reduce);
    boolean scaled = !reduce.scale().equals(new Scalar.Number(Rational.ONE));
    Scalar result = scaled ? new Scalar.Product(List.of(new Scalar.Product(List.of(apply(reduce.scale()))), sum)) : sum;
    Entry to = entry(reduce.to(), reduce.at());
    return !domain.blocks().isEmpty() ? List.of(new Accumulate(reduce.reduction(), to, result))
        : sum.equals(to) && !scaled ? List.of() : List.of(new Store(to, result));
  }

  private Instruction effect(Effect effect) {
    if (effect instanceof Scatter scatter) {
      return new Accumulate(Reduction.SUM, entry(scatter.to(), scatter.at(), scatter.numbers()), apply(scatter.value()));
    }
    Scalar value = apply(limits.value(effect));
    Entry to = entry(effect.to(), effect.at());
    return effect instanceof Reduce reduce ? new Accumulate(reduce.reduction(), accumulators.getOrDefault(reduce, to), value) : new Store(to, value);
  }

  private Entry entry(Tensor tensor, List<Integer> at) {
    return new Entry(tensor, domain.isFlat(nest) && !at.isEmpty() ? Affine.of(counters.get(0)) : Affine.rowMajor(at.stream().map(this::number).toList(), tensor.dims()));
  }

  @Override
  public Scalar load(Scalar.Load load) {
    return load.numbers().isEmpty() ? entry(load.tensor(), load.at()) : entry(load.tensor(), load.at(), load.numbers());
  }

  private Entry entry(Tensor tensor, List<Integer> at, List<Scalar> numbers) {
    List<Variable> named = numbers.stream().map(number -> {
      Variable known = wholes.get(number);
      if (known != null) {
        return known;
      }
      Scalar value = apply(number);
      Variable variable = variables.next("p");
      pending.add(new Instruction.Whole(variable, value));
      return variable;
    }).toList();
    return new Entry(tensor, Affine.rowMajor(at.stream().map(position -> position < 0 ? Affine.of(named.get(-position - 1)) : number(position)).toList(), tensor.dims()));
  }

  /** Compares integers without subtraction: {@code step >= 1} is clearer than {@code step - 1 >= 0}. */
  @Override
  public Scalar apply(Scalar.Apply apply) {
    Scalar lowered = super.apply(apply);
    if (!(lowered instanceof Scalar.Apply compared) || !compared.fn().isIndicator()) {
      return lowered;
    }
    Optional<Affine> left = InstructionExpressions.wholeNumber(compared.arguments().get(0));
    Optional<Affine> right = InstructionExpressions.wholeNumber(compared.arguments().get(1));
    return left.isEmpty() || right.isEmpty() ? lowered : comparison(compared.fn(), left.get().minus(right.get()));
  }

  /** Returns the comparison of a difference with 0. */
  private static Scalar comparison(Fn fn, Affine difference) {
    Affine added = difference.added();
    Affine subtracted = added.minus(difference);
    boolean swapped = fn == Fn.EQUAL && added.variables().isEmpty();
    return new Scalar.Apply(fn, List.of(new CounterExpression(swapped ? subtracted : added), new CounterExpression(swapped ? added : subtracted)));
  }

  @Override
  public Scalar position(Scalar.Position position) {
    return new CounterExpression(number(position.position()));
  }

  @Override
  public Scalar local(Scalar.Local local) {
    return new Scalar.Local(lets.get(local.id()).id());
  }
}
