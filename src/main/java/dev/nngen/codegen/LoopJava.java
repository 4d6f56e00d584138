package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartition;
import dev.nngen.schedule.Affine;
import dev.nngen.schedule.Bound;
import dev.nngen.schedule.CounterExpression;
import dev.nngen.schedule.Entry;
import dev.nngen.schedule.Instruction;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Fold;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Index;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Lanes;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.MultiplyAdd;
import dev.nngen.schedule.Instruction.Range;
import dev.nngen.schedule.Instruction.Store;
import dev.nngen.schedule.LoopDomain;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.NestLowering;
import dev.nngen.schedule.Target;
import dev.nngen.schedule.Type;
import dev.nngen.schedule.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints a loop program as Java, over numbers and vectors. */
final class LoopJava {

  private final MethodScope scope;
  private final Set<Tensor> numbers;
  private final Dialect dialect;
  private final Optional<ClassName> products;
  private final VectorTypes vectorTypes;
  private final ExpressionWriter expressions;
  private final VectorExpressionWriter vectors;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Integer, Type> types = new HashMap<>();
  private final Set<Integer> accumulators = new HashSet<>();
  /** The address of the current block of each product that is not stored. */
  private final Map<Tensor, Block> held = new HashMap<>();
  private final Map<Affine, String> wholes = new HashMap<>();
  private final CodeBlock.Builder code = CodeBlock.builder();
  private List<String> declared = new ArrayList<>();

  /**
   * @param numbers scalars that become locals of the method
   */
  private LoopJava(Set<Tensor> numbers, Dialect dialect, MethodScope scope) {
    this.scope = scope;
    this.numbers = numbers;
    this.vectorTypes = VectorTypes.of(scope.types());
    this.dialect = dialect;
    this.products = dialect.products();
    this.expressions = new ExpressionWriter(scope, dialect.functions(), this::number);
    this.vectors = new VectorExpressionWriter(vectorTypes.vector(), expressions, this::isVector, this::isCarried, this::vector);
  }

  /** Returns the program as statements. Names of its outermost level stay allocated until the end of the method. Parameters keep their names. */
  static CodeBlock write(LoopProgram program, Set<Tensor> numbers, Dialect dialect, MethodScope scope) {
    LoopJava java = new LoopJava(numbers, dialect, scope);
    program.parameters().forEach(parameter -> java.names.put(parameter.id(), parameter.name()));
    program.body().forEach(java::write);
    return java.code.build();
  }

  private void write(Instruction instruction) {
    if (instruction instanceof Loop loop) {
      loop(loop);
    } else if (instruction instanceof Gemm gemm) {
      gemm(gemm);
    } else if (instruction instanceof Instruction.Multiply product) {
      multiply(product);
    } else if (instruction instanceof Instruction.Contract sum) {
      contract(sum);
    } else if (instruction instanceof Let let) {
      let(let);
    } else if (instruction instanceof Index index) {
      String value = text(index.value());
      code.addStatement("final int $L = $L", declare(index.variable(), Type.NUMBER), value);
    } else if (instruction instanceof Instruction.Digit digit) {
      String value = text(digit.value());
      String quotient = digit.divisor() == 1 ? value : "Math.floorDiv(" + value + ", " + digit.divisor() + ")";
      code.addStatement("final int $L = $L", declare(digit.variable(), Type.NUMBER), digit.modulus() == 0 ? quotient : "Math.floorMod(" + quotient + ", " + digit.modulus() + ")");
    } else if (instruction instanceof Instruction.Whole whole) {
      String value = expressions.factor(whole.value());
      code.addStatement("final int $L = (int) $L", declare(whole.variable(), Type.NUMBER), value);
    } else if (instruction instanceof Accumulator accumulator) {
      accumulator(accumulator);
    } else if (instruction instanceof Lanes lanes) {
      lanes(lanes);
    } else if (instruction instanceof Accumulate accumulate) {
      accumulate(accumulate);
    } else if (instruction instanceof MultiplyAdd sum) {
      multiplyAdd(sum);
    } else if (instruction instanceof Fold fold) {
      fold(fold);
    } else if (instruction instanceof Store store) {
      store(store);
    } else if (instruction instanceof Instruction.Outlined part) {
      outlined(part);
    } else {
      fill((Fill) instruction);
    }
  }

  /** Writes the call of a method, and the method itself. Its parameters have the names that the caller has for them. */
  private void outlined(Instruction.Outlined part) {
    LoopJava inner = new LoopJava(numbers, dialect, scope);
    inner.names.putAll(names);
    inner.types.putAll(types);
    inner.block(part.body());
    List<MethodSplitter.Argument> arguments = new ArrayList<>(scope.arguments(part.tensors()));
    part.integers().forEach(integer -> arguments.add(new MethodSplitter.Argument(TypeName.INT, names.get(integer.id()))));
    part.numbers().forEach(number -> arguments.add(new MethodSplitter.Argument(scope.types().real(), names.get(number.id()))));
    code.add(scope.outline(arguments, inner.code.build()));
  }

  /** Writes statements in a block and releases its names. */
  private void block(List<Instruction> body) {
    List<String> outer = declared;
    declared = new ArrayList<>();
    body.forEach(this::write);
    declared.forEach(scope::release);
    declared = outer;
  }

  private String declare(Variable variable, Type type) {
    String name = fresh(variable);
    declared.add(name);
    names.put(variable.id(), name);
    types.put(variable.id(), type);
    return name;
  }

  private String fresh(Variable variable) {
    return !variable.suffix().isEmpty() ? scope.fresh(scope.local(variable.name()) + variable.suffix())
        : scope.fresh(variable.name(), variable.subscripts().stream().map(counter -> names.getOrDefault(counter.id(), "")).collect(Collectors.joining()));
  }

  private void loop(Loop loop) {
    String counter = scope.fresh(loop.counter().name());
    names.put(loop.counter().id(), counter);
    String step = loop.kind() == Kind.VECTOR ? " += LANES" : loop.step() > 1 ? " += " + loop.step() : "++";
    String from = limited(loop.from(), "Math.max");
    String to = limited(loop.to(), "Math.min");
    if (!loop.to().limits().isEmpty()) {
      String end = scope.fresh("end");
      declared.add(end);
      code.addStatement("final int $L = $L", end, to);
      to = end;
    }
    code.beginControlFlow("for (int $L = $L; $L < $L; $L$L)", counter, from, counter, to, counter, step);
    block(loop.body());
    code.endControlFlow();
    scope.release(counter);
  }

  private String limited(Bound bound, String choice) {
    String text = bound(bound);
    for (Bound.Quotient limit : bound.limits()) {
      String value = text(limit.value());
      text = choice + "(" + text + ", " + (limit.divisor() == 1 ? value : "Math.floorDiv(" + value + ", " + limit.divisor() + ")") + ")";
    }
    return text;
  }

  private String bound(Bound bound) {
    String at = text(bound.at());
    return switch (bound.rounding()) {
      case NONE -> at;
      case TO_VECTORS -> wholes.getOrDefault(bound.at(), "SPECIES.loopBound(" + at + ")");
      case TO_TILES -> at + " - " + at + " % " + bound.multiple();
      case AT_MOST_A_VECTOR -> "Math.min(LANES, " + at + ")";
    };
  }

  private String text(Affine number) {
    return number.text(variable -> names.get(variable.id()), symbol -> symbol.equals(Target.LANES) ? symbol.name() : scope.extent(symbol));
  }

  private void let(Let let) {
    String value = let.type() == Type.VECTOR ? vectors.write(let.value()) : expressions.write(let.value());
    String name = declare(let.variable(), let.type());
    if (let.type() == Type.VECTOR) {
      code.add(VectorTypes.statement("final " + vectorTypes.vector().simpleName() + " " + name + " = " + value));
    } else {
      code.addStatement("final $T $L = $L", scope.types().real(), name, value);
    }
  }

  private void accumulator(Accumulator accumulator) {
    String name = fresh(accumulator.variable());
    if (accumulator.to() instanceof Entry entry) {
      scope.rename(entry.tensor(), name);
    } else {
      declared.add(name);
    }
    begin(accumulator.variable(), name, accumulator.type(), accumulator.reduction());
  }

  private void lanes(Lanes lanes) {
    String name = scope.fresh(number(lanes.of()) + "Lanes");
    declared.add(name);
    begin(lanes.variable(), name, Type.VECTOR, lanes.reduction());
  }

  /** Declares an accumulator. */
  private void begin(Variable variable, String name, Type type, Reduction reduction) {
    names.put(variable.id(), name);
    types.put(variable.id(), type);
    accumulators.add(variable.id());
    String vector = vectorTypes.vector().simpleName();
    String none = reduction == Reduction.SUM ? ".zero(SPECIES)" : ".broadcast(SPECIES, " + neutral(reduction) + ")";
    code.add(type == Type.VECTOR ? VectorTypes.statement(vector + " " + name + " = " + vector + none)
        : CodeBlock.builder().addStatement("$T $L = $L", scope.types().real(), name, neutral(reduction)).build());
  }

  private String neutral(Reduction reduction) {
    return reduction == Reduction.SUM ? "0" : scope.types().box() + ".NEGATIVE_INFINITY";
  }

  /**
   * Writes an accumulation. An accumulator of vectors is the argument, not the receiver: HotSpot knows the class of a value that was just computed,
   * but of a loop-carried value only from a profile, without which vectors become objects.
   */
  private void accumulate(Accumulate accumulate) {
    boolean max = accumulate.reduction() == Reduction.MAX;
    if (!isVector(accumulate.to())) {
      String to = number(accumulate.to());
      String value = expressions.write(accumulate.value());
      code.addStatement(max ? "$L = Math.max($L, $L)" : "$L += $L$L", to, max ? to : value, max ? value : "");
      return;
    }
    String value = vectors.write(accumulate.value());
    String to = vector(accumulate.to());
    String join = max ? ".max(" : ".add(";
    code.add(VectorTypes.statement(accumulate.to() instanceof Entry entry ? to + join + value + ").intoArray(" + place(entry).arguments() + ")"
        : to + " = " + value + join + to + ")"));
  }

  private void multiplyAdd(MultiplyAdd sum) {
    String to = number(sum.to());
    if (isVector(sum.to())) {
      code.add(VectorTypes.statement(to + " = " + vectors.write(sum.factor()) + ".fma(" + vectors.write(sum.other()) + ", " + to + ")"));
    } else {
      code.addStatement("$L = Math.fma($L, $L, $L)", to, expressions.write(sum.factor()), expressions.write(sum.other()), to);
    }
  }

  private void fold(Fold fold) {
    String to = number(fold.to());
    String lanes = names.get(fold.lanes().id()) + ".reduceLanes(VectorOperators.";
    code.add(VectorTypes.statement(fold.reduction() == Reduction.MAX ? to + " = Math.max(" + to + ", " + lanes + "MAX))" : to + " += " + lanes + "ADD)"));
  }

  private void store(Store store) {
    Tensor tensor = store.to().tensor();
    if (isVector(store.to())) {
      code.add(VectorTypes.statement(vectors.write(store.value()) + ".intoArray(" + place(store.to()).arguments() + ")"));
    } else if (numbers.contains(tensor) && !scope.isRenamed(tensor)) {
      String value = expressions.write(store.value());
      String name = scope.fresh(tensor.name());
      code.addStatement("final $T $L = $L", scope.types().real(), name, value);
      scope.rename(tensor, name);
    } else {
      code.addStatement("$L $L", number(store.to()), CompoundAssignment.increment(store.to(), store.value(), expressions).orElse("= " + expressions.write(store.value())));
    }
  }

  private void fill(Fill fill) {
    code.addStatement("$T.fill($L.data, $L, $L, $L)", Arrays.class, scope.name(fill.tensor()), text(fill.from()), text(fill.to()), neutral(fill.reduction()));
  }

  private void gemm(Gemm gemm) {
    if (gemm.body().isEmpty()) {
      call(gemm);
    } else {
      blocks(gemm);
    }
  }

  private void call(Gemm gemm) {
    MatrixProduct product = gemm.product();
    boolean scaled = !product.scale().equals(new Scalar.Number(Rational.ONE));
    String scale = scaled ? expressions.write(NestLowering.lower(product.scale())) + ", " : "";
    code.addStatement("$L.$L($L$L, $L, $L)", products.map(library -> CodeBlock.of("$T", library)).orElseGet(() -> CodeBlock.of("$L", multiplier(gemm))),
        ProductMethods.name(product), scale, scope.name(product.left()), scope.name(product.right()), scope.name(product.to()));
  }

  private void multiply(Instruction.Multiply product) {
    boolean scaled = !product.scale().equals(new Scalar.Number(Rational.ONE));
    String scale = scaled ? expressions.write(product.scale()) : "1";
    if (products.isPresent()) {
      String name = (product.accumulates() ? "multAdd" : "mult") + (product.isLeftTransposed() ? "TransA" : product.isRightTransposed() ? "TransB" : "");
      code.addStatement("$T.$L($L$L, $L, $L)", products.get(), name, scaled ? scale + ", " : "", matrix(FoldedMatrices.LEFT, product), matrix(FoldedMatrices.RIGHT, product), matrix(FoldedMatrices.PRODUCT, product));
      return;
    }
    code.addStatement("$L.$L($L, $L, $L, $L, $L, $L, $L, $L, $L, $L, $L, $L)", scope.dividesProducts() ? "products.whole()" : "products", product.accumulates() ? "addProduct" : "setProduct", scale,
        place(product.left()).arguments(), text(product.leftRow()), text(product.leftDepth()), place(product.right()).arguments(), text(product.rightDepth()), text(product.rightColumn()),
        place(product.to()).arguments(), text(product.toRow()), text(product.rows()), text(product.columns()), text(product.depth()));
  }

  /** Returns a matrix of a library's product: the tensor's own, or another on the same array. */
  private String matrix(FoldedMatrices role, Instruction.Multiply product) {
    Tensor tensor = role.tensor(product);
    return role.isFolded(product) ? FoldedMatrices.METHOD + "(" + role.field() + ", " + scope.name(tensor) + ", " + text(role.rows(product)) + ", " + text(role.columns(product)) + ")" : scope.name(tensor);
  }

  private void contract(Instruction.Contract sum) {
    boolean scaled = !sum.scale().equals(new Scalar.Number(Rational.ONE));
    String scale = scaled ? expressions.write(sum.scale()) : "1";
    code.addStatement("products$L$L$L.$L($L, $L, $L, $L)", axes("row", sum.rows()), axes("column", sum.columns()), axes("term", sum.terms()),
        sum.accumulates() ? "add" : "set", scale, place(sum.left()).arguments(), place(sum.right()).arguments(), place(sum.to()).arguments());
  }

  private String axes(String side, List<Instruction.Axis> axes) {
    return axes.stream().map(axis -> "." + side + "(" + text(axis.length()) + ", " + text(axis.one()) + ", " + text(axis.other()) + ")").collect(Collectors.joining());
  }

  /** Returns the object that multiplies matrices; in a class with threads it is told which part of the product comes next. */
  private String multiplier(Gemm gemm) {
    String part = gemm.part().map(p -> (p.loop() == WorkPartition.ROWS ? "rows(" : "columns(") + entries(p.range().first(), gemm, p.loop()) + ", "
        + entries(p.range().last(), gemm, p.loop()) + ")").orElse("whole()");
    return scope.dividesProducts() ? "products." + part : "products";
  }

  private String entries(Variable bound, Gemm gemm, int loop) {
    return text(LoopDomain.entries(bound, WorkPartition.side(gemm.product().to(), loop)));
  }

  /** Writes a product and the code that runs on each of its blocks, as {@link VectorProducts} computes them. */
  private void blocks(Gemm gemm) {
    MatrixProduct product = gemm.product();
    code.addStatement("$L.$L($L, $L, $L, $L)", multiplier(gemm), VectorProducts.begin(product), expressions.write(NestLowering.lower(product.scale())),
        scope.name(product.left()), scope.name(product.right()), gemm.isStored() ? scope.name(product.to()) + ".data" : "null")
        .beginControlFlow("while (products.next())");
    boolean runs = gemm.blocks().size() == 1;
    if (runs) {
      beginRun(gemm, gemm.blocks().get(0));
    } else {
      bind(gemm.blocks().get(0), "Row");
      bind(gemm.blocks().get(1), "Column");
    }
    if (!gemm.isStored() && !runs) {
      held.put(gemm.product().to(), offset -> {
        List<Variable> point = List.copyOf(offset.variables());
        return VectorProducts.blockIndex(names.get(point.get(0).id()), names.get(point.get(1).id()));
      });
    }
    block(gemm.body());
    held.clear();
    code.endControlFlow();
    if (runs) {
      code.endControlFlow();
    }
  }

  private void bind(Range range, String axis) {
    names.put(range.first().id(), "products.first" + axis);
    names.put(range.last().id(), "products.last" + axis);
  }

  /** Begins the loop over the ranges of a block: entries that are contiguous in the product. */
  private void beginRun(Gemm gemm, Range range) {
    String run = scope.fresh("run");
    String start = declare(range.first(), Type.NUMBER);
    String shift = scope.fresh("shift");
    String end = declare(range.last(), Type.NUMBER);
    String whole = scope.fresh("whole");
    declared.addAll(List.of(run, shift, whole));
    wholes.put(Affine.of(range.last()), whole);
    code.beginControlFlow("for (int $L = 0; $L < products.runs; $L++)", run, run, run)
        .addStatement("final int $L = products.runStart($L)", start, run)
        .addStatement("final int $L = $L + products.runLength", end, start)
        .addStatement("final int $L = $L + SPECIES.loopBound(products.runLength)", whole, start);
    if (!gemm.isStored()) {
      code.addStatement("final int $L = $L - $L * products.blockStep", shift, start, run);
      held.put(gemm.product().to(), offset -> text(offset) + " - " + shift);
    }
  }

  /** Addresses an entry of a product in its block, by its offset in the product. */
  private interface Block {
    String index(Affine offset);
  }

  /** An array and an index. */
  private record Place(String array, String index) {
    String arguments() {
      return array + ", " + index;
    }
  }

  private Place place(Entry entry) {
    Block block = held.get(entry.tensor());
    return block != null ? new Place("products.block", block.index(entry.offset()))
        : entry.tensor().kind() == Tensor.Kind.SCRATCH ? new Place(entry.tensor().name(), text(entry.offset()))
        : new Place(scope.name(entry.tensor()) + ".data", text(entry.offset()));
  }

  /** Returns an entry or a local as a number. */
  private String number(Scalar leaf) {
    if (leaf instanceof Entry entry) {
      return entry.tensor().isScalar() ? scope.name(entry.tensor()) : place(entry).array() + "[" + place(entry).index() + "]";
    }
    return leaf instanceof CounterExpression count ? text(count.number()) : names.get(((Scalar.Local) leaf).id());
  }

  /** Returns an entry or a local as a vector. */
  private String vector(Scalar leaf) {
    return leaf instanceof Entry entry ? vectorTypes.vector().simpleName() + ".fromArray(SPECIES, " + place(entry).arguments() + ")" : number(leaf);
  }

  private boolean isVector(Scalar scalar) {
    return Accesses.anyPart(scalar, part -> part instanceof Entry entry && entry.type() == Type.VECTOR
        || part instanceof Scalar.Local local && types.get(local.id()) == Type.VECTOR);
  }

  private boolean isCarried(Scalar scalar) {
    return scalar instanceof Scalar.Local local && accumulators.contains(local.id());
  }
}
