package dev.nngen.plan;

import dev.nngen.ir.Fn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Lists the tensors and entries that a step reads and writes. */
public final class Accesses {

  private Accesses() {}

  public static Set<Tensor> reads(Step step) {
    Set<Tensor> reads = new LinkedHashSet<>();
    if (step instanceof MatrixProduct product) {
      reads.add(product.left());
      reads.add(product.right());
    }
    loads(step).forEach(load -> reads.add(load.tensor()));
    return reads;
  }

  public static Set<Tensor> writes(Step step) {
    Set<Tensor> writes = new LinkedHashSet<>();
    if (step instanceof MatrixProduct product) {
      writes.add(product.to());
    } else if (step instanceof LoopNest nest) {
      nest.effects().forEach(effect -> writes.add(effect.to()));
    } else if (step instanceof Sequence sequence) {
      sequence.nests().forEach(nest -> writes.addAll(writes(nest)));
    }
    return writes;
  }

  /** Returns the entries that expressions of the step read, in order of evaluation. */
  static List<Scalar.Load> loads(Step step) {
    List<Scalar.Load> loads = new ArrayList<>();
    expressions(step).forEach(scalar -> collect(scalar, loads));
    return loads;
  }

  public static List<Scalar.Load> loads(Scalar scalar) {
    List<Scalar.Load> loads = new ArrayList<>();
    collect(scalar, loads);
    return loads;
  }

  /** Returns the expression and all its parts; an expression precedes its parts. */
  public static List<Scalar> parts(Scalar scalar) {
    List<Scalar> parts = new ArrayList<>();
    walk(scalar, parts::add);
    return parts;
  }

  /** Returns the number of vector operations if each operation of the expression is one. */
  public static int vectorOperations(Scalar scalar) {
    return parts(scalar).stream().mapToInt(part -> part instanceof Scalar.Apply apply ? apply.fn().vectorOperations() : 1).sum();
  }

  /** Whether the predicate holds for the expression or a part of it. */
  public static boolean anyPart(Scalar scalar, Predicate<Scalar> predicate) {
    boolean[] found = new boolean[1];
    walk(scalar, part -> found[0] |= predicate.test(part));
    return found[0];
  }

  private static void collect(Scalar scalar, List<Scalar.Load> loads) {
    walk(scalar, part -> {
      if (part instanceof Scalar.Load load) {
        loads.add(load);
      }
    });
  }

  /** Whether the step applies the function. */
  public static boolean applies(Step step, Fn fn) {
    boolean[] found = new boolean[1];
    expressions(step).forEach(scalar -> walk(scalar, part -> found[0] |= part instanceof Scalar.Apply apply && apply.fn() == fn));
    return found[0];
  }

  /** All expressions of the step. */
  public static List<Scalar> expressions(Step step) {
    if (step instanceof MatrixProduct product) {
      return List.of(product.scale());
    }
    if (step instanceof Sequence sequence) {
      return sequence.nests().stream().flatMap(nest -> expressions(nest).stream()).toList();
    }
    List<Scalar> expressions = new ArrayList<>();
    LoopNest nest = (LoopNest) step;
    nest.lets().forEach(let -> expressions.add(let.value()));
    nest.effects().forEach(effect -> expressions.addAll(effect.expressions()));
    return expressions;
  }

  private static void walk(Scalar scalar, Consumer<Scalar> visitor) {
    visitor.accept(scalar);
    if (scalar instanceof Scalar.Load load) {
      load.numbers().forEach(number -> walk(number, visitor));
    } else if (scalar instanceof Scalar.Sum sum) {
      sum.terms().forEach(term -> walk(term.value(), visitor));
    } else if (scalar instanceof Scalar.Product product) {
      product.factors().forEach(factor -> walk(factor, visitor));
    } else if (scalar instanceof Scalar.Power power) {
      walk(power.base(), visitor);
    } else if (scalar instanceof Scalar.Apply apply) {
      apply.arguments().forEach(argument -> walk(argument, visitor));
    }
  }

  /**
   * Whether {@code to} may use the memory of {@code from}: the nest computes {@code to} entry by entry, and reads an entry of {@code from} only at
   * the same point and before it writes there.
   */
  static boolean mayReplace(Step step, Tensor from, Tensor to) {
    if (!(step instanceof LoopNest nest) || !from.dims().equals(to.dims()) || writes(step).contains(from)) {
      return false;
    }
    int written = -1;
    for (int k = 0; k < nest.effects().size(); k++) {
      if (nest.effects().get(k) instanceof LoopNest.Store store && store.to().equals(to)) {
        written = k;
      }
    }
    if (written < 0) {
      return false;
    }
    List<Integer> at = nest.effects().get(written).at();
    for (int k = written + 1; k < nest.effects().size(); k++) {
      if (loads(nest.effects().get(k).value()).stream().anyMatch(load -> load.tensor().equals(from))) {
        return false;
      }
    }
    return loads(step).stream().filter(load -> load.tensor().equals(from)).allMatch(load -> load.at().equals(at));
  }
}
