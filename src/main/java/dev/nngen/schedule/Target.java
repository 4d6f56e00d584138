package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The machine that code is generated for.
 *
 * @param lanes maximum number of lanes of a vector
 * @param functions those that one call computes for all lanes
 */
public record Target(int lanes, Set<Fn> functions) {

  /** Number of lanes of a vector on the machine that runs the code. */
  public static final Extent.Symbol LANES = new Extent.Symbol("LANES");

  /** Creates a machine with the functions of {@code VectorOperators}. */
  public Target(int lanes) {
    this(lanes, functions(fn -> fn.vectorOperator().isPresent()));
  }

  /** Returns the functions that satisfy the predicate. */
  public static Set<Fn> functions(Predicate<Fn> which) {
    return Arrays.stream(Fn.values()).filter(which).collect(Collectors.toCollection(() -> EnumSet.noneOf(Fn.class)));
  }

  /** Returns functions that are slow enough that computing them in vectors is worth a pass over memory. */
  public Set<Fn> slow() {
    return functions(fn -> functions.contains(fn) && fn.arity() == 1);
  }
}
