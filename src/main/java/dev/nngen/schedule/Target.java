package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The machine that code is written for.
 *
 * @param lanes how many lanes a vector has at most
 * @param functions those of which one call computes the values of all lanes
 */
public record Target(int lanes, Set<Fn> functions) {

  /** How many lanes a vector has on the machine that the code runs on. */
  public static final Extent.Symbol LANES = new Extent.Symbol("LANES");

  /** A machine with the functions that {@code VectorOperators} names. */
  public Target(int lanes) {
    this(lanes, functions(fn -> fn.vectorOperator().isPresent()));
  }

  /** The functions that are so. */
  public static Set<Fn> functions(Predicate<Fn> which) {
    return Arrays.stream(Fn.values()).filter(which).collect(Collectors.toCollection(() -> EnumSet.noneOf(Fn.class)));
  }

  /** Functions that take so long that a pass over memory is worth it to compute them in vectors. */
  public Set<Fn> slow() {
    return functions(fn -> functions.contains(fn) && fn.arity() == 1);
  }
}
