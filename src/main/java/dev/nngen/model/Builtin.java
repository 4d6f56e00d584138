package dev.nngen.model;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The functions that are part of the language; everything else that has a name is written in it. */
sealed interface Builtin extends Callee {

  /** All by name. */
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

  /** Where the function has values, by argument. */
  Interval domain(int position);

  /** True of the function that chooses between branches, which protect each other's arguments. */
  default boolean isChoice() {
    return equals(new Entrywise(Fn.WHERE));
  }

  /** True of the functions whose argument is the name of a value that is carried. */
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

  /** A function that optimizers see beside those of the language. */
  enum OfParameter implements Builtin {
    /** The Euclidean norm of all entries that an expression has for the parameter. */
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

  /** A function that is more than one entrywise function of the graph. */
  enum Operation implements Builtin {
    SQRT(Sort.FUNCTION, 1, "z"),
    /** Over all entries of one argument, or entrywise the larger of two. */
    MAX(Sort.FUNCTION, 1, "a", "b"), MIN(Sort.FUNCTION, 1, "a", "b"),
    SUM(Sort.MATRIX_FUNCTION, 1, "E"), MEAN(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWSUM(Sort.MATRIX_FUNCTION, 1, "E"), COLSUM(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWMAX(Sort.MATRIX_FUNCTION, 1, "E"), COLMAX(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWMIN(Sort.MATRIX_FUNCTION, 1, "E"), COLMIN(Sort.MATRIX_FUNCTION, 1, "E"),
    ROWS(Sort.MATRIX_FUNCTION, 1, "E"), COLS(Sort.MATRIX_FUNCTION, 1, "E"),
    /** In sizes of a declaration, all sizes of a value but that of samples. */
    SHAPE(Sort.MATRIX_FUNCTION, 1, "X"),
    /** All axes but that of samples as one, the last fastest. */
    FLATTEN(Sort.MATRIX_FUNCTION, 1, "X"),
    /** A column for each whole number, 1 at it and 0 elsewhere; and how many numbers there are. */
    ONEHOT(Sort.MATRIX_FUNCTION, 1, "word"), CLASSES(Sort.MATRIX_FUNCTION, 1, "word"),
    GRAD(Sort.MATRIX_FUNCTION, 2, "J", "W"),
    /** In a block, the value at the index before, or at the next one. */
    PREV(Sort.MATRIX_FUNCTION, 1, "H"), NEXT(Sort.MATRIX_FUNCTION, 1, "H"),
    /** The first in training, the second in predictions. */
    TRAINING(Sort.FUNCTION, 2, "A", "B"),
    /** The penalty of all weight matrices, or of those named behind the factor. */
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
