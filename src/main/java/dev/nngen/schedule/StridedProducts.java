package dev.nngen.schedule;

import dev.nngen.ir.Rational;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Calls products of matrices in the place of loops that add up products of two entries: {@code Z[i, t, c] += W[i, k] * X[k, t, c]}. A loop that moves
 * the result and one factor is one over rows or columns, and a loop that moves both factors and not the result is one over terms; loops over entries that
 * follow each other are joined. Other loops, such as one over the steps of a recurrence or over the places of a kernel, stay around the call. It pays from
 * some thousand multiplications a call on.
 */
public final class StridedProducts implements Pass {

  /** How many multiplications a call is worth, with so many samples as are supposed. */
  private static final double LEAST_WORK = 8_192;
  private static final double SUPPOSED = 32;
  private static final double LEAST_SIDE = 4;

  /** Loops around an instruction, outermost first, and numbers that are declared between them. */
  private record Nest(List<Loop> loops, Map<Integer, Scalar> lets, List<Instruction> inside) {}

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewritten(program.body()));
  }

  private static List<Instruction> rewritten(List<Instruction> body) {
    return body.stream().map(instruction -> instruction instanceof Loop loop && loop.kind() == Kind.SEQUENTIAL
        ? product(loop).orElseGet(() -> loop.with(rewritten(loop.body()))) : instruction).toList();
  }

  /** Whether the pass finds a product in the program. */
  public static boolean isIn(List<Instruction> program) {
    return rewritten(program).stream().anyMatch(StridedProducts::multiplies);
  }

  private static boolean multiplies(Instruction instruction) {
    return instruction instanceof Multiply || Expressions.inside(instruction).stream().anyMatch(StridedProducts::multiplies);
  }

  private static Optional<Instruction> product(Loop outermost) {
    Nest nest = nest(outermost, new ArrayList<>(), new HashMap<>());
    if (nest.inside().size() == 1 && nest.inside().get(0) instanceof Accumulate sum && sum.to() instanceof Entry to) {
      return accumulated(nest, sum, to);
    }
    boolean stores = nest.inside().size() == 3 && nest.inside().get(0) instanceof Accumulator && nest.inside().get(1) instanceof Loop && nest.inside().get(2) instanceof Store;
    return stores ? stored(nest) : Optional.empty();
  }

  private static Nest nest(Loop loop, List<Loop> loops, Map<Integer, Scalar> lets) {
    loops.add(loop);
    List<Instruction> rest = new ArrayList<>();
    for (Instruction instruction : loop.body()) {
      if (instruction instanceof Let let && let.value() instanceof Entry) {
        lets.put(let.variable().id(), let.value());
      } else {
        rest.add(instruction);
      }
    }
    return rest.size() == 1 && rest.get(0) instanceof Loop inner ? nest(inner, loops, lets) : new Nest(loops, lets, rest);
  }

  private static Optional<Instruction> accumulated(Nest nest, Accumulate sum, Entry to) {
    return sum.reduction() == Reduction.SUM ? factors(sum.value(), nest.lets()).flatMap(factors -> call(nest.loops(), to, factors, new Scalar.Number(Rational.ONE), true)) : Optional.empty();
  }

  /** A sum in a local number, which is stored once it is complete. */
  private static Optional<Instruction> stored(Nest nest) {
    Accumulator accumulator = (Accumulator) nest.inside().get(0);
    Nest terms = nest((Loop) nest.inside().get(1), new ArrayList<>(nest.loops()), new HashMap<>(nest.lets()));
    Store store = (Store) nest.inside().get(2);
    boolean sums = accumulator.reduction() == Reduction.SUM && terms.inside().size() == 1 && terms.inside().get(0) instanceof Accumulate sum
        && sum.reduction() == Reduction.SUM && sum.to().equals(accumulator.to());
    Optional<Scalar> scale = scale(store.value(), accumulator.to());
    if (!sums || !(accumulator.to() instanceof Scalar.Local) || scale.isEmpty()) {
      return Optional.empty();
    }
    return factors(((Accumulate) terms.inside().get(0)).value(), terms.lets()).flatMap(factors -> call(terms.loops(), store.to(), factors, scale.get(), false));
  }

  /** What a sum is multiplied by where it is stored. */
  private static Optional<Scalar> scale(Scalar value, Scalar sum) {
    if (value.equals(sum)) {
      return Optional.of(new Scalar.Number(Rational.ONE));
    }
    return value instanceof Scalar.Product product && product.factors().size() == 2 && product.factors().get(1).equals(sum)
        && Expressions.of(new Let(new Variable(-1, "", "", List.of()), Type.NUMBER, product.factors().get(0))).allMatch(StridedProducts::isKnownOutside)
        ? Optional.of(product.factors().get(0)) : Optional.empty();
  }

  private static boolean isKnownOutside(Scalar scalar) {
    return !Accesses.anyPart(scalar, part -> part instanceof Entry || part instanceof Scalar.Local || part instanceof Count);
  }

  /** Two entries that are multiplied. */
  private static Optional<List<Entry>> factors(Scalar value, Map<Integer, Scalar> lets) {
    if (!(value instanceof Scalar.Product product) || product.factors().size() != 2) {
      return Optional.empty();
    }
    List<Entry> factors = new ArrayList<>();
    for (Scalar factor : product.factors()) {
      Scalar known = factor instanceof Scalar.Local local ? lets.get(local.id()) : factor;
      if (known instanceof Entry entry) {
        factors.add(entry);
      }
    }
    return factors.size() == 2 && factors.stream().noneMatch(entry -> entry.tensor().isScalar()) ? Optional.of(factors) : Optional.empty();
  }

  private static Optional<Instruction> call(List<Loop> loops, Entry to, List<Entry> factors, Scalar scale, boolean accumulates) {
    return new Call(loops, to, factors.get(0), factors.get(1)).with(scale, accumulates).or(() -> new Call(loops, to, factors.get(1), factors.get(0)).with(scale, accumulates));
  }

  /** Loops that are one side of the product, and how far entries are apart along it. */
  private record Side(List<Loop> loops, Affine length, Affine to, Affine left, Affine right) {

    static Side of(Loop loop, Entry to, Entry left, Entry right) {
      return new Side(List.of(loop), length(loop), to.offset().stride(loop.counter()), left.offset().stride(loop.counter()), right.offset().stride(loop.counter()));
    }

    /** Both as one, where the entries of the other follow those of this one. */
    Optional<Side> joined(Side outer) {
      boolean follows = isWhole() && outer.isWhole() && outer.to.equals(times(to, length)) && outer.left.equals(times(left, length)) && outer.right.equals(times(right, length));
      if (!follows) {
        return Optional.empty();
      }
      List<Loop> all = new ArrayList<>(loops);
      all.addAll(outer.loops);
      return Optional.of(new Side(all, times(length, outer.length), to, left, right));
    }

    private boolean isWhole() {
      return loops.stream().allMatch(Loop::isWhole);
    }

    /** How long the side is if nothing is left out, which must not decide what is computed. */
    double supposed() {
      return loops.stream().mapToDouble(loop -> loop.extent().supposed(SUPPOSED)).reduce(1, (a, b) -> a * b);
    }

    private static Affine length(Loop loop) {
      return loop.isWhole() ? loop.extent() : loop.to().at().minus(loop.from().at());
    }

    private static Affine times(Affine one, Affine size) {
      return one.timesSize(size).orElse(Affine.of(-1));
    }
  }

  /** A product of two entries seen as one of matrices. */
  private record Call(List<Loop> loops, Entry to, Entry left, Entry right) {

    Optional<Instruction> with(Scalar scale, boolean accumulates) {
      List<Side> sides = loops.stream().filter(loop -> loop.step() == 1 && isPlain(loop.from()) && isPlain(loop.to())).map(loop -> Side.of(loop, to, left, right)).toList();
      Optional<Side> columns = side(sides, sides.stream().filter(side -> side.to().equals(Affine.of(1)) && side.left().equals(Affine.ZERO) && !side.right().equals(Affine.ZERO)).toList());
      Optional<Side> rows = side(sides, sides.stream().filter(side -> !side.to().equals(Affine.ZERO) && !side.left().equals(Affine.ZERO) && side.right().equals(Affine.ZERO)).toList());
      Optional<Side> terms = side(sides, sides.stream().filter(side -> side.to().equals(Affine.ZERO) && !side.left().equals(Affine.ZERO) && !side.right().equals(Affine.ZERO)).toList());
      if (columns.isEmpty() || rows.isEmpty() || terms.isEmpty()) {
        return Optional.empty();
      }
      List<Side> all = List.of(rows.get(), columns.get(), terms.get());
      List<Loop> inside = all.stream().flatMap(side -> side.loops().stream()).toList();
      List<Loop> around = loops.stream().filter(loop -> !inside.contains(loop)).toList();
      double work = all.stream().mapToDouble(Side::supposed).reduce(1, (a, b) -> a * b);
      boolean pays = work >= LEAST_WORK && all.stream().allMatch(side -> side.supposed() >= LEAST_SIDE);
      boolean complete = accumulates || around.stream().noneMatch(loop -> to.offset().stride(loop.counter()).equals(Affine.ZERO));
      boolean inRows = rows.get().left().equals(Affine.of(1)) || terms.get().left().equals(Affine.of(1));
      return pays && complete && inRows && isIndependent(around, inside) ? Optional.of(around(around, new Multiply(scale, at(to, inside), rows.get().to(), at(left, inside), rows.get().left(), terms.get().left(),
          at(right, inside), terms.get().right(), columns.get().right(), rows.get().length(), columns.get().length(), terms.get().length(), accumulates))) : Optional.empty();
    }

    /** The longest of the sides, and what can be joined to it. */
    private static Optional<Side> side(List<Side> all, List<Side> kind) {
      Optional<Side> best = Optional.empty();
      for (Side first : kind) {
        Side joined = first;
        for (boolean grows = true; grows;) {
          grows = false;
          for (Side other : all) {
            Optional<Side> more = joined.loops().contains(other.loops().get(0)) ? Optional.empty() : joined.joined(other);
            joined = more.orElse(joined);
            grows |= more.isPresent();
          }
        }
        Side found = joined;
        best = best.filter(known -> known.supposed() >= found.supposed()).or(() -> Optional.of(found));
      }
      return best;
    }

    private static boolean isPlain(Bound bound) {
      return bound.limits().isEmpty() && bound.rounding() == Bound.Rounding.NONE;
    }

    /** Whether the loops around can run without the counters of those inside, and these all in each of their iterations. */
    private static boolean isIndependent(List<Loop> around, List<Loop> inside) {
      return inside.stream().allMatch(loop -> around.stream().noneMatch(other -> bounds(other).anyMatch(number -> number.dependsOn(loop.counter())))
          && inside.stream().noneMatch(other -> bounds(loop).anyMatch(number -> number.dependsOn(other.counter()))));
    }

    private static Stream<Affine> bounds(Loop loop) {
      return Stream.of(loop.from(), loop.to()).flatMap(bound -> Stream.concat(Stream.of(bound.at()), bound.limits().stream().map(Bound.Quotient::value)));
    }

    /** The entry where the loops inside begin. */
    private static Entry at(Entry entry, List<Loop> inside) {
      return new Entry(entry.tensor(), entry.offset().replace(variable -> inside.stream().filter(loop -> loop.counter().equals(variable)).findFirst().map(loop -> loop.from().at())));
    }

    private static Instruction around(List<Loop> loops, Instruction inside) {
      Instruction code = inside;
      for (int k = loops.size() - 1; k >= 0; k--) {
        code = loops.get(k).with(List.of(code));
      }
      return code;
    }
  }
}
