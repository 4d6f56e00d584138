package dev.nngen.model;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The functions that are part of the language. All other named functions are written in it. */
sealed interface Builtin extends Callee {

  /** All built-in functions by name. */
  Map<String, Builtin> BY_NAME = byName();

  private static Map<String, Builtin> byName() {
    Map<String, Builtin> byName = new LinkedHashMap<>();
    Arrays.stream(Fn.values()).filter(Fn::isCalled).forEach(fn -> byName.put(fn.label(), new Entrywise(fn)));
    Arrays.stream(Operation.values()).forEach(operation -> byName.put(operation.label(), operation));
    return byName;
  }

  static Optional<Builtin> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static Iterable<String> names() {
    return BY_NAME.keySet();
  }

  List<String> parameters();

  boolean admits(int arguments);

  /** Returns the domain of the argument at a position. */
  Interval domain(int position);

  /** Whether the function selects between branches, whose conditions may guard the arguments. */
  default boolean isChoice() {
    return equals(new Entrywise(Fn.WHERE));
  }

  /** Whether the argument of the function is the name of a carried value. */
  default boolean isCarrying() {
    return this == Operation.PREV || this == Operation.NEXT;
  }

  /** An entrywise function of the graph. */
  record Entrywise(Fn fn) implements Builtin {
    @Override
    public String label() {
      return fn.label();
    }

    @Override
    public Sort sort() {
      return Sort.FUNCTION;
    }

    @Override
    public List<String> parameters() {
      return fn.parameters();
    }

    @Override
    public boolean admits(int arguments) {
      return arguments == fn.arity();
    }

    @Override
    public Interval domain(int position) {
      return fn.domain(position);
    }

    @Override
    public String signature() {
      return label() + "(" + String.join(", ", parameters()) + ")";
    }
  }

  /** A function that only optimizers can call. */
  enum OfParameter implements Builtin {
    /** The Euclidean norm over all entries of the parameter. */
    NORM;

    @Override
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Sort sort() {
      return Sort.FUNCTION;
    }

    @Override
    public List<String> parameters() {
      return List.of("w");
    }

    @Override
    public boolean admits(int arguments) {
      return arguments == 1;
    }

    @Override
    public Interval domain(int position) {
      return Interval.REALS;
    }

    @Override
    public String signature() {
      return label() + "(w)";
    }
  }

  /** A function that is not one entrywise function of the graph. */
  enum Operation implements Builtin {
    SQRT(Sort.FUNCTION, 1, "z"),
    /** The extremum of all entries of one argument, or of two arguments entrywise. */
    MAX(Sort.FUNCTION, 1, "a", "b"), MIN(Sort.FUNCTION, 1, "a", "b"),
    SUM(Sort.MATRIX_FUNCTION, 1, "E"), MEAN(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWSUM(Sort.MATRIX_FUNCTION, 1, "E"), COLSUM(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWMAX(Sort.MATRIX_FUNCTION, 1, "E"), COLMAX(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWMIN(Sort.MATRIX_FUNCTION, 1, "E"), COLMIN(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWS(Sort.MATRIX_FUNCTION, 1, "E"), COLS(Sort.MATRIX_FUNCTION, 1, "E"),
    /** All sizes of a value except that of samples, in the sizes of a declaration. */
    SHAPE(Sort.MATRIX_FUNCTION, 1, "X"),
    /** Merges all axes except that of samples; the last one varies fastest. */
    FLATTEN(Sort.MATRIX_FUNCTION, 1, "X"),
    /** A one-hot column for each integer, and the number of possible integers. */
    ONEHOT(Sort.MATRIX_FUNCTION, 1, "word"), CLASSES(Sort.MATRIX_FUNCTION, 1, "word"),
    GRAD(Sort.MATRIX_FUNCTION, 2, "J", "W"),
    /** The value at the previous or next index of a block. */
    PREV(Sort.MATRIX_FUNCTION, 1, "H"), NEXT(Sort.MATRIX_FUNCTION, 1, "H"),
    /** The first argument in training, the second in predictions. */
    TRAINING(Sort.FUNCTION, 2, "A", "B"),
    /** The penalty of all weight matrices, or of the values after the factor. */
    L1(Sort.MATRIX_FUNCTION, 1, "c"), L2(Sort.MATRIX_FUNCTION, 1, "c"),
    UNIFORM(Sort.INIT, 1, "a"), NORMAL(Sort.INIT, 1, "s");

    private final Sort sort;
    private final int least;
    private final List<String> parameters;

    Operation(Sort sort, int least, String... parameters) {
      this.sort = sort;
      this.least = least;
      this.parameters = List.of(parameters);
    }

    @Override
    public Sort sort() {
      return sort;
    }

    @Override
    public List<String> parameters() {
      return parameters;
    }

    @Override
    public boolean admits(int arguments) {
      return arguments >= least && (arguments <= parameters.size() || isVariadic());
    }

    @Override
    public Interval domain(int position) {
      return this == SQRT ? Interval.NON_NEGATIVE : Interval.REALS;
    }

    private boolean isVariadic() {
      return this == L1 || this == L2;
    }

    @Override
    public String signature() {
      String optional = least < parameters.size() ? "[" + String.join(", ", parameters.subList(least, parameters.size()))
          + "]" : "";
      String required = String.join(", ", parameters.subList(0, least));
      String more = isVariadic() ? ", W1, ..." : optional.isEmpty() ? "" : ", " + optional;
      return label() + "(" + required + more + ")";
    }

    @Override
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
