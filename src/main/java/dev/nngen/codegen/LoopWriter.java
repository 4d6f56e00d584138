package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a nest as plain loops over the arrays of its matrices. */
final class LoopWriter {

  private final LoopNest nest;
  private final MethodScope scope;
  private final Set<Tensor> localNumbers;
  private final CodeBlock.Builder code = CodeBlock.builder();
  private final List<String> loopNames = new ArrayList<>();
  private final Map<Integer, String> locals = new HashMap<>();
  private final Map<Effect, String> accumulators = new HashMap<>();
  private final ExpressionWriter expressions;
  private final boolean flat;
  private final Optional<KernelPart.Range> range;
  private String index;
  private VectorBody vectors;
  /** Where the nest runs on the blocks of a product, the loops over them; null elsewhere. */
  private BlockLoops blocks;
  private boolean padded;

  private LoopWriter(LoopNest nest, Set<Tensor> localNumbers, NumberFunctions functions, MethodScope scope) {
    this.nest = nest;
    this.scope = scope;
    this.localNumbers = localNumbers;
    this.flat = !nest.axes().isEmpty() && (nest.flat() || scope.anySize() != null);
    this.range = scope.range();
    this.expressions = new ExpressionWriter(scope, functions, load -> entry(load.tensor(), load.at()), local -> locals.get(local.id()));
  }

  /** The loops; numbers in {@code localNumbers} become locals of the method. */
  static CodeBlock write(LoopNest nest, Set<Tensor> localNumbers, NumberFunctions functions, MethodScope scope) {
    LoopWriter writer = new LoopWriter(nest, localNumbers, functions, scope);
    writer.run();
    return writer.code.build();
  }

  /** The same with an innermost loop over vectors before the one over what they leave, where that is possible. */
  static CodeBlock writeVectors(LoopNest nest, Set<Tensor> localNumbers, MethodScope scope) {
    LoopWriter writer = new LoopWriter(nest, localNumbers, NumberFunctions.byVectors(scope.types()), scope);
    VectorLanes lanes = new VectorLanes(nest, writer.flat, VectorTypes.mostLanes(scope.types()));
    if (lanes.possible()) {
      writer.vectors = new VectorBody(lanes, scope, writer.expressions, writer::entry);
      writer.padded = writer.range.isEmpty() && lanes.needNoTail(scope.anySize() != null);
    }
    writer.run();
    return writer.code.build();
  }

  /**
   * A product and the nest behind it, which runs on each block of the product.
   *
   * @return empty where the nest cannot run over vectors
   */
  static Optional<CodeBlock> writeBlocks(ProductEpilogue epilogue, Set<Tensor> localNumbers, MethodScope scope) {
    LoopWriter writer = new LoopWriter(epilogue.nest(), localNumbers, NumberFunctions.byVectors(scope.types()), scope);
    VectorLanes lanes = lanes(epilogue, scope.types());
    if (!lanes.possible()) {
      return Optional.empty();
    }
    writer.vectors = new VectorBody(lanes, scope, writer.expressions, writer::entry);
    writer.blocks = new BlockLoops(epilogue, writer.flat, scope);
    writer.run();
    return Optional.of(writer.code.build());
  }

  /** True where the nest can run over vectors, and so on blocks. */
  static boolean runsOnBlocks(ProductEpilogue epilogue, Types types) {
    return lanes(epilogue, types).possible();
  }

  private static VectorLanes lanes(ProductEpilogue epilogue, Types types) {
    return new VectorLanes(epilogue.nest(), epilogue.nest().flat(), VectorTypes.mostLanes(types));
  }

  /** An expression outside all loops. */
  static String expression(Scalar scalar, MethodScope scope) {
    LoopWriter writer = new LoopWriter(new LoopNest(List.of(), false, List.of(), List.of()), Set.of(), NumberFunctions.NONE, scope);
    return writer.expressions.write(scalar);
  }

  private int depths() {
    return flat ? 1 : nest.axes().size();
  }

  private void run() {
    nest.effects().forEach(this::clear);
    level(0, new ArrayList<>());
  }

  /** What accumulates in memory starts from the neutral element. */
  private void clear(Effect effect) {
    if (effect instanceof Reduce reduce && (!accumulatesLocally(reduce) || blocks != null)) {
      List<Extent> dims = reduce.to().dims();
      code.addStatement("$T.fill($L.data, $L, $L, $L)", Arrays.class, scope.name(reduce.to()),
          range.map(r -> Sizes.entries(r.first(), dims)).orElse("0"), range.map(r -> Sizes.entries(r.last(), dims)).orElseGet(() -> Sizes.of(dims)),
          neutral(reduce.reduction()));
    }
  }

  private boolean accumulatesLocally(Reduce reduce) {
    return reduce.isOuter();
  }

  private String neutral(Reduction reduction) {
    return reduction == Reduction.SUM ? "0" : scope.types().box() + ".NEGATIVE_INFINITY";
  }

  private void level(int depth, List<String> names) {
    if (depth == depths() && depth > 0 && !flat) {
      declareIndex(names);
    }
    nest.lets().stream().filter(let -> let.depth() == depth).forEach(let -> declare(let, names));
    List<Reduce> reductions = reductionsAt(depth);
    reductions.forEach(reduce -> declareAccumulator(reduce, names));
    if (depth == depths()) {
      nest.effects().forEach(this::effect);
      return;
    }
    List<String> inner = new ArrayList<>();
    String name = flat ? scope.fresh("at") : scope.fresh(loopName(depth));
    loopNames.add(name);
    boolean inVectors = vectors != null && depth == depths() - 1;
    boolean overBlocks = blocks != null && depth == 0;
    if (overBlocks) {
      code.add(blocks.begin(inner));
    }
    if (inVectors) {
      vectorLoop(name, first(depth), vectorEnd(depth));
    }
    inner.add(name);
    if (!inVectors || !padded) {
      code.beginControlFlow("for (int $L = $L; $L < $L; $L++)", name,
          inVectors ? vectorEnd(depth) : first(depth), name, end(depth), name);
      level(depth + 1, inner);
      code.endControlFlow();
    }
    if (overBlocks) {
      code.add(blocks.end());
    }
    inner.forEach(scope::release);
    loopNames.remove(loopNames.size() - 1);
    index = null;
    reductions.forEach(this::storeAccumulator);
  }

  private void vectorLoop(String name, String first, String end) {
    List<String> names = new ArrayList<>();
    code.beginControlFlow("for (int $L = $L; $L < $L; $L += LANES)", name, first, name, end, name);
    if (!flat) {
      declareIndex(names);
    }
    nest.lets().stream().filter(let -> let.depth() == depths())
        .forEach(let -> code.add(vectors.declare(let, subscripts(let.at()), names)));
    nest.effects().forEach(effect -> code.add(vectors.effect(effect)));
    code.endControlFlow();
    names.forEach(scope::release);
    index = null;
  }

  /** Where a loop begins. */
  private String first(int depth) {
    if (blocks != null) {
      return blocks.first(depth);
    }
    return range.filter(r -> r.loop() == depth).map(r -> bound(r.first())).orElse("0");
  }

  /** Where a loop over vectors ends: behind the last entry where there is room for it. */
  private String vectorEnd(int depth) {
    return padded ? end(depth) : blocks != null && flat ? blocks.whole() : "SPECIES.loopBound(" + end(depth) + ")";
  }

  private String end(int depth) {
    if (blocks != null) {
      return blocks.last(depth);
    }
    if (range.isPresent() && range.get().loop() == depth) {
      return bound(range.get().last());
    }
    if (scope.anySize() != null) {
      return scope.anySize();
    }
    return flat ? Sizes.of(nest.axes()) : MethodScope.extent(nest.axes().get(depth));
  }

  /** An end of the divided loop, where a single loop over all entries stands for the nest. */
  private String bound(String end) {
    return flat && scope.anySize() == null ? Sizes.entries(end, nest.axes()) : end;
  }

  private String loopName(int position) {
    if (nest.axes().get(position) instanceof Extent.Symbol) {
      return "c";
    }
    long fixedBefore = nest.axes().subList(0, position).stream().filter(Extent.Fixed.class::isInstance).count();
    return Character.toString((char) ('i' + Math.min(fixedBefore, 8)));
  }

  /** The flat index of the innermost point gets a name where it is used more than once. */
  private void declareIndex(List<String> names) {
    List<Integer> all = IntStream.range(0, nest.axes().size()).boxed().toList();
    long uses = nest.effects().stream().filter(e -> e.at().equals(all)).count()
        + nest.lets().stream().flatMap(let -> loads(let.value())).filter(load -> load.at().equals(all)).count()
        + nest.effects().stream().flatMap(e -> loads(e.value())).filter(load -> load.at().equals(all)).count();
    if (all.size() > 1 && uses > 1) {
      String name = scope.fresh("at");
      names.add(name);
      code.addStatement("final int $L = $L", name, index(all, nest.axes()));
      index = name;
    }
  }

  private static java.util.stream.Stream<Scalar.Load> loads(Scalar scalar) {
    return dev.nngen.plan.Accesses.loads(scalar).stream();
  }

  private void declare(Let let, List<String> names) {
    String name = scope.fresh(let.name(), subscripts(let.at()));
    names.add(name);
    locals.put(let.id(), name);
    code.addStatement("final $T $L = $L", scope.types().real(), name, expressions.write(let.value()));
  }

  private String subscripts(List<Integer> at) {
    if (at.isEmpty() || loopNames.isEmpty()) {
      return "";
    }
    return flat ? loopNames.get(0) : at.stream().filter(position -> position < loopNames.size()).map(loopNames::get).collect(Collectors.joining());
  }

  private List<Reduce> reductionsAt(int depth) {
    return nest.effects().stream().filter(Reduce.class::isInstance).map(Reduce.class::cast)
        .filter(reduce -> accumulatesLocally(reduce) && reduce.at().size() == depth).toList();
  }

  private void declareAccumulator(Reduce reduce, List<String> names) {
    boolean local = localNumbers.contains(reduce.to());
    String name = scope.fresh(reduce.to().name(), subscripts(reduce.at()));
    if (local) {
      scope.rename(reduce.to(), name);
    } else {
      names.add(name);
    }
    accumulators.put(reduce, name);
    code.addStatement("$T $L = $L", scope.types().real(), name, neutral(reduce.reduction()));
    if (vectors != null) {
      code.add(vectors.declareAccumulator(reduce, name, neutral(reduce.reduction()), names));
    }
  }

  private void storeAccumulator(Reduce reduce) {
    if (vectors != null) {
      code.add(vectors.foldAccumulator(reduce, accumulators.get(reduce)));
    }
    if (blocks != null) {
      String entry = entry(reduce.to(), reduce.at());
      code.addStatement(reduce.reduction() == Reduction.MAX ? "$L = Math.max($L, $L)" : "$L = $L + $L", entry, entry, scaled(reduce));
    } else if (!localNumbers.contains(reduce.to())) {
      code.addStatement("$L = $L", entry(reduce.to(), reduce.at()), scaled(reduce));
    } else if (isScaled(reduce)) {
      code.addStatement("$L = $L", accumulators.get(reduce), scaled(reduce));
    }
  }

  private static boolean isScaled(Reduce reduce) {
    return !(reduce.scale() instanceof Scalar.Number number) || !number.value().equals(Rational.ONE);
  }

  private String scaled(Reduce reduce) {
    String sum = accumulators.get(reduce);
    return isScaled(reduce) ? expressions.factor(reduce.scale()) + " * " + sum : sum;
  }

  private void effect(Effect effect) {
    if (!(effect instanceof Reduce reduce)) {
      store(effect);
      return;
    }
    String target = accumulators.containsKey(reduce) ? accumulators.get(reduce) : entry(reduce.to(), reduce.at());
    if (reduce.reduction() == Reduction.MAX) {
      code.addStatement("$L = Math.max($L, $L)", target, target, expressions.write(reduce.value()));
    } else {
      code.addStatement("$L += $L", target, expressions.write(reduce.value()));
    }
  }

  private void store(Effect effect) {
    String value = expressions.write(effect.value());
    if (localNumbers.contains(effect.to())) {
      String name = scope.fresh(effect.to().name());
      code.addStatement("final $T $L = $L", scope.types().real(), name, value);
      scope.rename(effect.to(), name);
    } else {
      code.addStatement("$L $L", entry(effect.to(), effect.at()), Stores.increment(effect, expressions).orElse("= " + value));
    }
  }

  /** Where an entry of a tensor lies. */
  private String entry(Tensor tensor, List<Integer> at) {
    if (tensor.isScalar()) {
      return scope.name(tensor);
    }
    if (blocks != null && blocks.holds(tensor)) {
      return blocks.entry(loopNames);
    }
    return scope.name(tensor) + ".data[" + (flat && !at.isEmpty() ? loopNames.get(0) : index(at, tensor.dims())) + "]";
  }

  private String index(List<Integer> at, List<Extent> dims) {
    if (at.isEmpty()) {
      return "0";
    }
    if (index != null && at.size() == nest.axes().size() && at.equals(IntStream.range(0, at.size()).boxed().toList())) {
      return index;
    }
    String text = loopNames.get(at.get(0));
    for (int k = 1; k < at.size(); k++) {
      String row = k > 1 ? "(" + text + ")" : text;
      text = row + " * " + MethodScope.extent(dims.get(k)) + " + " + loopNames.get(at.get(k));
    }
    return text;
  }
}
