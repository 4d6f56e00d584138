package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.MultiplyAdd;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lowers a small product of matrices to loops for its shape: over the lanes of vectors, over rows, over the terms of a sum. Its epilogue becomes part
 * of the loop over rows, so that it runs while an entry of the product is in a register: bias and activation, an activation's derivative, the update
 * of a parameter. Sums over the product's rows are complete when that loop ends. A transposed factor, or one with fewer columns than a vector, is
 * first copied to a panel.
 */
public final class ProductLowering {

  private static final List<Integer> ENTRY = List.of(0, 1);
  private static final List<Integer> COLUMN = List.of(1);

  private final SmallShape shape;
  private final SmallShape.Place lanes;
  private final MatrixProduct product;
  private final Variable.Source variables;
  private final Variable column;
  private final Variable row;
  private final List<Instruction> before = new ArrayList<>();

  private ProductLowering(MatrixProduct product, SmallShape shape, Target target, Variable.Source variables) {
    this.product = product;
    this.shape = shape;
    this.variables = variables;
    this.column = variables.next("v");
    this.row = variables.next("r");
    this.lanes = shape.copied() ? shape.panel(target) : shape.lanes();
  }

  /** Lowers a product that has a small shape. */
  public static List<Instruction> lower(MatrixProduct product, Target target, Variable.Source variables) {
    ProductLowering lowering = new ProductLowering(product, SmallShape.of(product, target).orElseThrow(), target, variables);
    return lowering.lower(List.of(), lowering::store, List.of());
  }

  /** Lowers a product and an epilogue that {@link #fits}. */
  public static List<Instruction> lower(ProductEpilogue pair, Target target, Variable.Source variables) {
    return new ProductLowering(pair.product(), SmallShape.of(pair.product(), target).orElseThrow(), target, variables).lower(pair);
  }

  /**
   * Whether the nest can run on vectors of a small product: it vectorizes, sums nothing over a row, and applies no slow function to the remainder of
   * a row.
   */
  public static boolean fits(ProductEpilogue pair, Target target) {
    Optional<SmallShape> shape = SmallShape.of(pair.product(), target).filter(SmallShape::isAlongRows);
    LoopNest nest = pair.nest().byAxis();
    boolean inRegisters = nest.effects().stream().allMatch(effect -> effect.at().equals(effect instanceof Reduce ? COLUMN : ENTRY));
    boolean fills = shape.filter(s -> s.width() instanceof Extent.Fixed fixed && fixed.size() % target.lanes() == 0).isPresent();
    return shape.isPresent() && inRegisters && readsBeforeItWrites(nest, pair.product().to()) && new Vectorizer(target).isPossible(nest)
        && (fills || target.slow().stream().noneMatch(fn -> Accesses.applies(nest, fn)));
  }

  /** Whether no effect reads an entry of the product that an earlier effect has changed. */
  private static boolean readsBeforeItWrites(LoopNest nest, Tensor product) {
    List<Effect> effects = nest.effects();
    return IntStream.range(0, effects.size()).noneMatch(k -> effects.get(k).to().equals(product)
        && effects.subList(k + 1, effects.size()).stream().flatMap(later -> Accesses.loads(later.value()).stream())
            .anyMatch(load -> load.tensor().equals(product)));
  }

  /** Code for an entry of the product, which a local holds. */
  private interface Finish {
    List<Instruction> of(Scalar.Local sum);
  }

  private List<Instruction> lower(List<Instruction> begin, Finish finish, List<Instruction> end) {
    List<Instruction> code = new ArrayList<>();
    if (shape.copied()) {
      code.add(copy());
    }
    code.addAll(before);
    List<Instruction> body = new ArrayList<>(begin);
    List<Instruction> entry = entry(finish);
    body.addAll(shape.rows().<List<Instruction>>map(rows -> List.of(over(row, rows, entry))).orElse(entry));
    body.addAll(end);
    code.add(Loop.over(shape.isPadded() ? Kind.PADDED : Kind.PARALLEL, column, Affine.size(List.of(shape.width())), body));
    return code;
  }

  private static Loop over(Variable counter, Extent extent, List<Instruction> body) {
    return Loop.over(Kind.SEQUENTIAL, counter, Affine.size(List.of(extent)), body);
  }

  /** Copies the factor of the lanes to the panel. */
  private Instruction copy() {
    Variable p = variables.next("p");
    Variable v = variables.next("v");
    Affine step = shape.depth().isPresent() ? Affine.of(p) : Affine.ZERO;
    Loop rowOfPanel = over(v, shape.width(), List.of(new Store(lanes.at(Affine.of(v), step), shape.lanes().at(Affine.of(v), step))));
    return shape.depth().<Instruction>map(depth -> over(p, depth, List.of(rowOfPanel))).orElse(rowOfPanel);
  }

  /** Computes an entry of the product and runs the code for it. */
  private List<Instruction> entry(Finish finish) {
    Variable sum = variables.next("s");
    Variable p = variables.next("p");
    Variable x = variables.next("x");
    Scalar.Local result = new Scalar.Local(sum.id());
    Affine step = shape.depth().isPresent() ? Affine.of(p) : Affine.ZERO;
    List<Instruction> term = List.of(new Let(x, Type.NUMBER, lanes.at(Affine.of(column), step)),
        new MultiplyAdd(result, new Scalar.Local(x.id()), shape.broadcast().at(rowOrNone(), step)));
    List<Instruction> code = new ArrayList<>(List.of(new Accumulator(result, sum, Type.NUMBER, LoopNest.Reduction.SUM)));
    code.addAll(shape.depth().<List<Instruction>>map(depth -> List.of(over(p, depth, term))).orElse(term));
    code.addAll(finish.of(result));
    return code;
  }

  private Affine rowOrNone() {
    return shape.rows().isPresent() ? Affine.of(row) : Affine.ZERO;
  }

  private Entry place() {
    return shape.to().at(rowOrNone(), Affine.of(column));
  }

  private List<Instruction> store(Scalar.Local sum) {
    return List.of(new Store(place(), isScaled() ? scaled(sum) : sum));
  }

  private boolean isScaled() {
    return !product.scale().equals(new Scalar.Number(Rational.ONE));
  }

  private Scalar scaled(Scalar sum) {
    return new Scalar.Product(List.of(new Scalar.Product(List.of(NestLowering.lower(product.scale()))), sum));
  }

  private List<Instruction> lower(ProductEpilogue pair) {
    List<Instruction> begin = new ArrayList<>();
    List<Instruction> end = new ArrayList<>();
    Map<Tensor, Scalar.Local> sums = new HashMap<>();
    Loop rows = null;
    for (Instruction instruction : NestLowering.lower(pair.nest().byAxis(), Set.of(), LoopDomain.WHOLE, variables)) {
      if (instruction instanceof Fill fill) {
        Variable sum = variables.next(fill.tensor().name());
        sums.put(fill.tensor(), new Scalar.Local(sum.id()));
        begin.add(new Accumulator(sums.get(fill.tensor()), sum, Type.NUMBER, fill.reduction()));
        end.add(new Store(new Entry(fill.tensor(), Affine.of(column)), sums.get(fill.tensor())));
      } else if (instruction instanceof Loop loop) {
        rows = loop;
      } else {
        before.add(instruction);
      }
    }
    Loop nest = rows;
    return lower(begin, sum -> finish(pair, nest, sum, sums), end);
  }

  /** Returns the nest for an entry of the product. */
  private List<Instruction> finish(ProductEpilogue pair, Loop rows, Scalar.Local sum, Map<Tensor, Scalar.Local> sums) {
    List<Instruction> code = new ArrayList<>();
    Scalar.Local entry = sum;
    if (isScaled()) {
      Variable result = variables.next(product.to().name());
      code.add(new Let(result, Type.NUMBER, scaled(sum)));
      entry = new Scalar.Local(result.id());
    }
    if (pair.isStored() && !Accesses.writes(pair.nest()).contains(product.to())) {
      code.add(new Store(place(), entry));
    }
    for (Instruction outer : rows.body()) {
      Map<Variable, Affine> counters = new HashMap<>(Map.of(rows.counter(), Affine.of(row)));
      if (outer instanceof Loop columns) {
        counters.put(columns.counter(), Affine.of(column));
      }
      Substitution substitution = new Substitution(counters, entry, sums);
      (outer instanceof Loop columns ? columns.body() : List.of(outer)).forEach(inner -> code.add(substitution.apply(inner)));
    }
    return code;
  }

  /** Rewrites instructions of the nest for the product's loops. */
  private final class Substitution extends Rewriting {
    private final Map<Variable, Affine> counters;
    private final Scalar.Local entry;
    private final Map<Tensor, Scalar.Local> sums;

    Substitution(Map<Variable, Affine> counters, Scalar.Local entry, Map<Tensor, Scalar.Local> sums) {
      this.counters = counters;
      this.entry = entry;
      this.sums = sums;
    }

    Instruction apply(Instruction instruction) {
      if (instruction instanceof Let let) {
        return new Let(let.variable(), let.type(), apply(let.value()));
      }
      if (instruction instanceof Store store) {
        return new Store(remap(store.to()), apply(store.value()));
      }
      Accumulate accumulate = (Accumulate) instruction;
      return new Accumulate(accumulate.reduction(), sums.get(((Entry) accumulate.to()).tensor()), apply(accumulate.value()));
    }

    private Entry remap(Entry given) {
      return new Entry(given.tensor(), given.offset().replace(variable -> Optional.ofNullable(counters.get(variable))));
    }

    @Override
    public Scalar address(Scalar.Address address) {
      return ((Entry) address).tensor().equals(product.to()) ? entry : remap((Entry) address);
    }
  }
}
