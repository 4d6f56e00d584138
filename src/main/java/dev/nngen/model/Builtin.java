package dev.nngen.model;

import dev.nngen.ir.Fn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The functions that are part of the language; everything else that has a name is written in it. */
enum Builtin implements Callee {
  ABS(Fn.ABS, "z"), SIGN(Fn.SIGN, "z"), EXP(Fn.EXP, "z"), LOG(Fn.LOG, "z"), LOG1P(Fn.LOG1P, "z"), EXPM1(Fn.EXPM1, "z"),
  SIN(Fn.SIN, "z"), COS(Fn.COS, "z"), TANH(Fn.TANH, "z"), ERF(Fn.ERF, "z"), FLOOR(Fn.FLOOR, "z"), STOP(Fn.STOP, "z"),
  WHERE(Fn.WHERE, "condition", "a", "b"),
  SQRT(Sort.FUNCTION, 1, "z"),
  /** Over all entries of one argument, or entrywise the larger of two. */
  MAX(Sort.FUNCTION, 1, "a", "b"), MIN(Sort.FUNCTION, 1, "a", "b"),
  SUM(Sort.MATRIX_FUNCTION, 1, "E"), MEAN(Sort.MATRIX_FUNCTION, 1, "E"),
  ROWSUM(Sort.MATRIX_FUNCTION, 1, "E"), COLSUM(Sort.MATRIX_FUNCTION, 1, "E"),
  ROWMAX(Sort.MATRIX_FUNCTION, 1, "E"), COLMAX(Sort.MATRIX_FUNCTION, 1, "E"),
  ROWMIN(Sort.MATRIX_FUNCTION, 1, "E"), COLMIN(Sort.MATRIX_FUNCTION, 1, "E"),
  ROWS(Sort.MATRIX_FUNCTION, 1, "E"), COLS(Sort.MATRIX_FUNCTION, 1, "E"),
  GRAD(Sort.MATRIX_FUNCTION, 2, "J", "W"),
  /** The penalty of all weight matrices, or of those named behind the factor. */
  L1(Sort.MATRIX_FUNCTION, 1, "c"), L2(Sort.MATRIX_FUNCTION, 1, "c"),
  UNIFORM(Sort.INIT, 1, "a"), NORMAL(Sort.INIT, 1, "s");

  private static final Map<String, Builtin> BY_NAME = new LinkedHashMap<>();

  static {
    for (Builtin builtin : values()) {
      BY_NAME.put(builtin.label(), builtin);
    }
  }

  private final Fn fn;
  private final Sort sort;
  private final int least;
  private final List<String> parameters;

  Builtin(Fn fn, String... parameters) {
    this.fn = fn;
    this.sort = Sort.FUNCTION;
    this.least = parameters.length;
    this.parameters = List.of(parameters);
  }

  Builtin(Sort sort, int least, String... parameters) {
    this.fn = null;
    this.sort = sort;
    this.least = least;
    this.parameters = List.of(parameters);
  }

  static Optional<Builtin> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static Iterable<String> names() {
    return BY_NAME.keySet();
  }

  /** The entrywise function that it is, where it is just one. */
  Optional<Fn> fn() {
    return Optional.ofNullable(fn);
  }

  @Override
  public Sort sort() {
    return sort;
  }

  List<String> parameters() {
    return parameters;
  }

  boolean admits(int arguments) {
    return arguments >= least && (arguments <= parameters.size() || isVariadic());
  }

  boolean isVariadic() {
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
