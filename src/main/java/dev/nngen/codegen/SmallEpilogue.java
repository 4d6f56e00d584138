package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A nest that runs on each vector of a {@link SmallProduct} while that is still in a register: bias and activation, an activation's
 * derivative, the update of a parameter. Sums over the product's rows stay in registers until all rows of the vector's columns are done.
 */
final class SmallEpilogue {

  private static final List<Integer> ENTRY = List.of(0, 1);
  private static final List<Integer> COLUMN = List.of(1);

  private final ProductEpilogue pair;
  private final LoopNest nest;
  private final SmallShape.Place to;
  private final MethodScope scope;
  private final ExpressionWriter numbers;
  private final VectorBody vectors;
  private final Map<Integer, String> locals = new HashMap<>();
  private final Map<Reduce, String> sums = new LinkedHashMap<>();
  private final List<String> namesOfColumn = new ArrayList<>();
  private String row;
  private String column;
  /** The local that holds the product's entries at hand. */
  private String product;

  /** @param to where the product's entries lie, or would */
  SmallEpilogue(ProductEpilogue pair, SmallShape.Place to, MethodScope scope) {
    this.pair = pair;
    this.nest = byRows(pair.nest());
    this.to = to;
    this.scope = scope;
    this.numbers = new ExpressionWriter(scope, NumberFunctions.byVectors(scope.types()), 
        leaf -> leaf instanceof Scalar.Load load ? entry(load.tensor(), load.at()) : locals.get(((Scalar.Local) leaf).id()));
    this.vectors = new VectorBody(lanes(nest, scope.types()), scope, numbers, this::place);
  }

  /**
   * True of a nest that can run on vectors of such a product: vectors do, nothing is summed over a row, and what is left of a
   * row's vectors applies no slow function.
   */
  static boolean fits(SmallShape shape, ProductEpilogue pair, Types types) {
    LoopNest nest = byRows(pair.nest());
    boolean inRegisters = nest.effects().stream()
        .allMatch(effect -> effect.at().equals(effect instanceof Reduce ? COLUMN : ENTRY));
    boolean fills = shape.width() instanceof Extent.Fixed fixed && fixed.size() % VectorTypes.mostLanes(types) == 0;
    return shape.isAlongRows() && inRegisters && readsBeforeItWrites(nest, pair.product().to()) && lanes(nest, types).possible()
        && (fills || KernelCost.SLOW.stream().noneMatch(fn -> Accesses.applies(nest, fn)));
  }

  /** True where no effect reads an entry of the product that an effect before it has changed. */
  private static boolean readsBeforeItWrites(LoopNest nest, Tensor product) {
    List<Effect> effects = nest.effects();
    return IntStream.range(0, effects.size()).noneMatch(k -> effects.get(k).to().equals(product)
        && effects.subList(k + 1, effects.size()).stream().flatMap(later -> Accesses.loads(later.value()).stream())
            .anyMatch(load -> load.tensor().equals(product)));
  }

  private static VectorLanes lanes(LoopNest nest, Types types) {
    return new VectorLanes(nest, false, VectorTypes.mostLanes(types));
  }

  /** The nest with loops over rows and columns, also where one loop over all entries would do. */
  private static LoopNest byRows(LoopNest nest) {
    List<Let> lets = nest.lets().stream()
        .map(let -> new Let(let.id(), Unrolled.depthOf(nest, let), let.value(), let.name(), let.at())).toList();
    return new LoopNest(nest.axes(), false, lets, nest.effects());
  }

  /** What stands before all loops; its names stay taken, since no block ends behind the loops. */
  CodeBlock begin() {
    return declareNumbers(0, new ArrayList<>());
  }

  private CodeBlock declareNumbers(int depth, List<String> declared) {
    CodeBlock.Builder code = CodeBlock.builder();
    nest.lets().stream().filter(let -> let.depth() == depth).forEach(let -> {
      String name = scope.fresh(let.name());
      declared.add(name);
      code.addStatement("final $T $L = $L", scope.types().real(), name, numbers.write(let.value()));
      locals.put(let.id(), name);
    });
    return code.build();
  }

  /** What stands before the rows of a vector's columns, or of one column. */
  CodeBlock beginColumn(boolean inVectors, String name) {
    CodeBlock.Builder code = CodeBlock.builder();
    column = name;
    for (Effect effect : nest.effects()) {
      if (effect instanceof Reduce reduce) {
        String neutral = reduce.reduction() == Reduction.SUM ? "0" : scope.types().box() + ".NEGATIVE_INFINITY";
        String sum = scope.fresh(reduce.to().name());
        namesOfColumn.add(sum);
        sums.put(reduce, sum);
        if (inVectors) {
          code.add(vectors.declareAccumulator(reduce, sum, neutral, namesOfColumn));
        } else {
          code.addStatement("$T $L = $L", scope.types().real(), sum, neutral);
        }
      }
    }
    return code.build();
  }

  /** What is written once all rows are done. */
  CodeBlock endColumn(boolean inVectors) {
    CodeBlock.Builder code = CodeBlock.builder();
    sums.forEach((reduce, sum) -> {
      if (inVectors) {
        code.add(vectors.storeAccumulator(reduce));
      } else {
        code.addStatement("$L = $L", place(reduce.to(), reduce.at()), sum);
      }
    });
    sums.clear();
    namesOfColumn.forEach(scope::release);
    namesOfColumn.clear();
    return code.build();
  }

  /**
   * What is done with a vector of the product, or with one entry of it.
   *
   * @param local the vector or the entry
   * @param declared takes the names that this declares
   */
  CodeBlock entry(boolean inVectors, String rowIndex, String local, List<String> declared) {
    row = rowIndex;
    product = local;
    CodeBlock.Builder code = CodeBlock.builder();
    if (pair.isStored() && !Accesses.writes(nest).contains(pair.product().to())) {
      String at = to.at(row, column);
      code.add(inVectors ? CodeBlock.builder().addStatement("$L.intoArray($L.data, $L)", local, scope.name(to.tensor()), at).build()
          : CodeBlock.builder().addStatement("$L.data[$L] = $L", scope.name(to.tensor()), at, local).build());
    }
    vectors.hold(pair.product().to(), local);
    code.add(declareNumbers(1, declared));
    return code.add(inVectors ? inVectors(declared) : inNumbers(declared)).build();
  }

  private CodeBlock inVectors(List<String> declared) {
    CodeBlock.Builder code = CodeBlock.builder();
    nest.lets().stream().filter(let -> let.depth() == 2).forEach(let -> code.add(vectors.declare(let, "", declared)));
    nest.effects().forEach(effect -> code.add(vectors.effect(effect)));
    return code.build();
  }

  private CodeBlock inNumbers(List<String> declared) {
    CodeBlock.Builder code = CodeBlock.builder().add(declareNumbers(2, declared));
    for (Effect effect : nest.effects()) {
      String value = numbers.write(effect.value());
      if (!(effect instanceof Reduce reduce)) {
        boolean isProduct = effect.to().equals(pair.product().to());
        code.addStatement("$L $L", place(effect.to(), effect.at()),
            (isProduct ? Optional.<String>empty() : Stores.increment(new Scalar.Load(effect.to(), effect.at()), effect.value(), numbers)).orElse("= " + value));
      } else if (reduce.reduction() == Reduction.MAX) {
        code.addStatement("$L = Math.max($L, $L)", sums.get(reduce), sums.get(reduce), value);
      } else {
        code.addStatement("$L += $L", sums.get(reduce), value);
      }
    }
    return code.build();
  }

  /** An entry as a number; one of the product is a local. */
  private String entry(Tensor tensor, List<Integer> at) {
    return tensor.equals(pair.product().to()) ? product : tensor.isScalar() ? scope.name(tensor) : place(tensor, at);
  }

  /** Where an entry lies. */
  private String place(Tensor tensor, List<Integer> at) {
    String index = "";
    for (int k = 0; k < at.size(); k++) {
      String step = k == 0 ? "0" : MethodScope.extent(tensor.dims().get(k));
      index = new SmallShape.Place(tensor, step, "1").at(index, at.get(k) == 0 ? row : column);
    }
    return scope.name(tensor) + ".data[" + (index.isEmpty() ? "0" : index) + "]";
  }
}
