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
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Loops that only add products of two entries.
 *
 * @param loops outermost first
 * @param to the entry of the sums
 * @param scale factor of each sum, equal for all
 * @param accumulates whether sums are added to the stored entries or replace them
 */
record ProductNest(List<Loop> loops, Entry to, Entry left, Entry right, Scalar scale, boolean accumulates) {

  private static final Scalar ONE = new Scalar.Number(Rational.ONE);

  /** Loops around instructions, and numbers that are declared between them. */
  private record Nest(List<Loop> loops, Map<Integer, Scalar> lets, Set<Integer> inner, List<Instruction> inside) {}

  /** The factors of a term: two entries, and the factors that are equal for all terms. */
  private record Term(Entry left, Entry right, List<Scalar> scale) {}

  static Optional<ProductNest> of(Loop outermost) {
    Nest nest = nest(outermost, new ArrayList<>(), new HashMap<>(), new HashSet<>());
    List<Instruction> inside = nest.inside();
    if (inside.size() == 1 && inside.get(0) instanceof Accumulate sum && sum.to() instanceof Entry to) {
      return sum.reduction() == Reduction.SUM ? term(sum.value(), nest).map(term -> new ProductNest(nest.loops(), to, term.left(), term.right(), product(term.scale()), true)) : Optional.empty();
    }
    boolean stores = inside.size() == 3 && inside.get(0) instanceof Accumulator && inside.get(1) instanceof Loop && inside.get(2) instanceof Store;
    return stores ? stored(nest) : Optional.empty();
  }

  private static Nest nest(Loop given, List<Loop> loops, Map<Integer, Scalar> lets, Set<Integer> inner) {
    Optional<List<Loop>> digits = DigitLoops.of(given);
    digits.ifPresent(both -> loops.add(both.get(0)));
    Loop loop = digits.map(both -> both.get(1)).orElse(given);
    loops.add(loop);
    List<Instruction> rest = new ArrayList<>();
    for (Instruction instruction : loop.body()) {
      if (instruction instanceof Let let && let.value() instanceof Entry) {
        lets.put(let.variable().id(), let.value());
      } else {
        InstructionExpressions.declaredIndex(instruction).ifPresent(variable -> inner.add(variable.id()));
        rest.add(instruction);
      }
      if (instruction instanceof Let let) {
        inner.add(let.variable().id());
      }
    }
    return loop.kind() == Kind.SEQUENTIAL && rest.size() == 1 && rest.get(0) instanceof Loop deeper ? nest(deeper, loops, lets, inner) : new Nest(loops, lets, inner, rest);
  }

  /** Matches a sum in a local number that is stored when it is complete. */
  private static Optional<ProductNest> stored(Nest nest) {
    Accumulator accumulator = (Accumulator) nest.inside().get(0);
    Nest terms = nest((Loop) nest.inside().get(1), new ArrayList<>(nest.loops()), new HashMap<>(nest.lets()), new HashSet<>(nest.inner()));
    Store store = (Store) nest.inside().get(2);
    boolean sums = accumulator.reduction() == Reduction.SUM && terms.inside().size() == 1 && terms.inside().get(0) instanceof Accumulate sum
        && sum.reduction() == Reduction.SUM && sum.to().equals(accumulator.to());
    if (!sums || !(accumulator.to() instanceof Scalar.Local)) {
      return Optional.empty();
    }
    Optional<List<Scalar>> scale = scale(store.value(), accumulator.to(), terms);
    return scale.flatMap(outer -> term(((Accumulate) terms.inside().get(0)).value(), terms).map(term ->
        new ProductNest(terms.loops(), store.to(), term.left(), term.right(), product(Stream.concat(outer.stream(), term.scale().stream()).toList()), false)));
  }

  /** Returns the factors of a sum at its store. */
  private static Optional<List<Scalar>> scale(Scalar value, Scalar sum, Nest nest) {
    if (value.equals(sum)) {
      return Optional.of(List.of());
    }
    return value instanceof Scalar.Product product && product.factors().size() == 2 && product.factors().get(1).equals(sum) && isKnownOutside(product.factors().get(0), nest)
        ? Optional.of(List.of(product.factors().get(0))) : Optional.empty();
  }

  private static Optional<Term> term(Scalar value, Nest nest) {
    List<Entry> entries = new ArrayList<>();
    List<Scalar> scale = new ArrayList<>();
    for (Scalar factor : value instanceof Scalar.Product product ? product.factors() : List.<Scalar>of()) {
      Scalar known = factor instanceof Scalar.Local local ? nest.lets().getOrDefault(local.id(), factor) : factor;
      if (known instanceof Entry entry && !entry.tensor().isScalar()) {
        entries.add(entry);
      } else if (isKnownOutside(known, nest)) {
        scale.add(known);
      } else {
        return Optional.empty();
      }
    }
    return entries.size() == 2 ? Optional.of(new Term(entries.get(0), entries.get(1), scale)) : Optional.empty();
  }

  /** Whether the value of the expression is known before the loops. */
  private static boolean isKnownOutside(Scalar scalar, Nest nest) {
    return !Accesses.anyPart(scalar, part -> part instanceof Entry entry && !entry.tensor().isScalar() || part instanceof CounterExpression
        || part instanceof Scalar.Local local && nest.inner().contains(local.id()));
  }

  private static Scalar product(List<Scalar> factors) {
    return factors.isEmpty() ? ONE : factors.size() == 1 ? factors.get(0) : new Scalar.Product(factors);
  }
}
