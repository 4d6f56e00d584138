package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An integer that is affine in the program's variables: a sum of variables times {@linkplain Stride strides} and a constant. Every run-time size is a
 * symbol. Equal numbers are equal records.
 *
 * @param terms no two of the same variable and symbols, none zero, in the order of {@link Term}
 */
public record Affine(List<Term> terms) {

  public static final Affine ZERO = new Affine(List.of());

  /**
   * A product of run-time sizes and a number.
   *
   * @param symbols sorted by name
   */
  public record Stride(long factor, List<Extent.Symbol> symbols) {
    static final Stride ONE = new Stride(1, List.of());

    public Stride {
      symbols = symbols.stream().sorted(Comparator.comparing(Extent.Symbol::name)).toList();
    }

    static Stride of(List<Extent> extents) {
      long factor = extents.stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, Math::multiplyExact);
      return new Stride(factor, extents.stream().filter(Extent.Symbol.class::isInstance).map(Extent.Symbol.class::cast).toList());
    }

    Stride times(Stride other) {
      return new Stride(Math.multiplyExact(factor, other.factor), Stream.concat(symbols.stream(), other.symbols.stream()).toList());
    }

    /** Returns the quotient; empty if it is not an integer. */
    Optional<Stride> over(Stride other) {
      List<Extent.Symbol> rest = new ArrayList<>(symbols);
      boolean whole = other.symbols.stream().allMatch(rest::remove) && factor % other.factor == 0;
      return whole ? Optional.of(new Stride(factor / other.factor, rest)) : Optional.empty();
    }

    private boolean isOne() {
      return equals(ONE);
    }

    private String text(Function<Extent.Symbol, String> symbolNames) {
      Stream<String> number = factor == 1 && !symbols.isEmpty() ? Stream.of() : Stream.of(Long.toString(factor));
      return Stream.concat(number, symbols.stream().map(symbolNames)).collect(Collectors.joining(" * "));
    }
  }

  /** A variable times its stride; without a variable the stride alone. Longer strides come first. */
  public record Term(Optional<Variable> variable, Stride stride) implements Comparable<Term> {
    private static final Comparator<Term> ORDER = Comparator.comparing((Term term) -> -term.stride.symbols.size())
        .thenComparing(term -> term.stride.symbols.toString())
        .thenComparing(term -> term.variable.isEmpty())
        .thenComparing(term -> term.variable.isEmpty() ? 0 : -term.stride.factor)
        .thenComparing(term -> term.variable.map(Variable::id).orElse(-1));

    @Override
    public int compareTo(Term other) {
      return ORDER.compare(this, other);
    }
  }

  public Affine {
    terms = List.copyOf(terms);
  }

  private static Affine of(Stream<Term> terms) {
    record Key(Optional<Variable> variable, List<Extent.Symbol> symbols) {}
    Map<Key, Term> sums = new LinkedHashMap<>();
    terms.forEach(term -> sums.merge(new Key(term.variable, term.stride.symbols), term, (one, other) ->
        new Term(one.variable, new Stride(Math.addExact(one.stride.factor, other.stride.factor), one.stride.symbols))));
    return new Affine(sums.values().stream().filter(term -> term.stride.factor != 0).sorted().toList());
  }

  public static Affine of(Variable variable) {
    return new Affine(List.of(new Term(Optional.of(variable), Stride.ONE)));
  }

  public static Affine of(long constant) {
    return of(Stream.of(new Term(Optional.empty(), new Stride(constant, List.of()))));
  }

  public static Affine of(Offset offset) {
    return of(Stream.concat(Stream.of(new Term(Optional.empty(), new Stride(offset.number(), List.of()))),
        offset.multiples().entrySet().stream().map(entry -> new Term(Optional.empty(), new Stride(entry.getValue(), List.of(entry.getKey()))))));
  }

  /** Returns the number of entries of a shape. */
  public static Affine size(List<Extent> extents) {
    return of(Stream.of(new Term(Optional.empty(), Stride.of(extents))));
  }

  /** Returns the row-major offset of the entry with these subscripts. */
  public static Affine rowMajor(List<Affine> subscripts, List<Extent> dims) {
    Affine result = ZERO;
    for (int k = 0; k < subscripts.size(); k++) {
      result = result.times(Stride.of(dims.subList(k, k + 1))).plus(subscripts.get(k));
    }
    return result;
  }

  public Affine plus(Affine other) {
    return of(Stream.concat(terms.stream(), other.terms.stream()));
  }

  public Affine minus(Affine other) {
    return plus(other.times(new Stride(-1, List.of())));
  }

  public Affine times(List<Extent> extents) {
    return times(Stride.of(extents));
  }

  /** Returns the product with a size, which is a number or run-time sizes; empty if that depends on variables. */
  Optional<Affine> timesSize(Affine size) {
    return size.terms.size() == 1 && size.terms.get(0).variable.isEmpty() ? Optional.of(times(size.terms.get(0).stride))
        : size.terms.isEmpty() ? Optional.of(ZERO) : Optional.empty();
  }

  /** Returns an estimate of the number, with the given value for run-time sizes and 0 for variables. */
  double supposed(double size) {
    return terms.stream().filter(term -> term.variable.isEmpty()).mapToDouble(term -> term.stride.factor * Math.pow(size, term.stride.symbols.size())).sum();
  }

  /** Returns the sum of the positive terms. This number is that sum minus the absolute values of the other terms. */
  Affine added() {
    return of(terms.stream().filter(term -> term.stride.factor > 0));
  }

  Affine times(long factor) {
    return times(new Stride(factor, List.of()));
  }

  private Affine times(Stride stride) {
    return of(terms.stream().map(term -> new Term(term.variable, term.stride.times(stride))));
  }

  /** Returns the coefficient of the variable; zero if the number does not depend on it. */
  public Affine stride(Variable variable) {
    return of(terms.stream().filter(term -> term.variable.equals(Optional.of(variable))).map(term -> new Term(Optional.empty(), term.stride)));
  }

  /** Substitutes numbers for variables; variables that map to empty stay. */
  Affine replace(Function<Variable, Optional<Affine>> values) {
    return terms.stream().map(term -> term.variable.flatMap(values).map(value -> value.times(term.stride)).orElseGet(() -> new Affine(List.of(term))))
        .reduce(ZERO, Affine::plus);
  }

  /**
   * Returns the constant subscript of an axis in a row-major offset.
   *
   * @param behind the extents of the axes after it
   * @param length the length of the axis
   */
  long digit(List<Extent> behind, int length) {
    Stride stride = Stride.of(behind);
    return terms.stream().filter(term -> term.variable.isEmpty() && term.stride.symbols.equals(stride.symbols))
        .mapToLong(term -> term.stride.factor / stride.factor % length).sum();
  }

  public boolean dependsOn(Variable variable) {
    return terms.stream().anyMatch(term -> term.variable.equals(Optional.of(variable)));
  }

  /** Returns the variables on which it depends, by descending stride. */
  public Set<Variable> variables() {
    return terms.stream().flatMap(term -> term.variable.stream()).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Returns the value; empty if it depends on variables or run-time sizes. */
  public Optional<Long> constant() {
    return terms.isEmpty() ? Optional.of(0L)
        : terms.size() == 1 && terms.get(0).variable.isEmpty() && terms.get(0).stride.symbols.isEmpty() ? Optional.of(terms.get(0).stride.factor)
        : Optional.empty();
  }

  /** Terms of one stride. */
  private record Group(Stride stride, List<String> summands) {
    /** Returns the sum with the subtracted terms last. */
    private String sum() {
      return summands.stream().sorted(Comparator.comparing(summand -> summand.startsWith("-"))).collect(Collectors.joining(" + ")).replace(" + -", " - ");
    }

    private boolean isSubtracted() {
      return summands.stream().allMatch(summand -> summand.startsWith("-"));
    }

    private Group negated() {
      return new Group(stride.times(new Stride(-1, List.of())), summands.stream().map(summand -> summand.startsWith("-") ? summand.substring(1) : "-" + summand).toList());
    }
  }

  /**
   * Returns the number as Java text by Horner's rule: {@code (i * 5 + j) * m + c}.
   *
   * @param names the names of variables
   * @param symbolNames the names of run-time sizes
   */
  public String text(Function<Variable, String> names, Function<Extent.Symbol, String> symbolNames) {
    List<Group> groups = groups(names);
    if (groups.isEmpty()) {
      return "0";
    }
    if (groups.stream().anyMatch(group -> group.stride.factor < 0) || groups.get(0).isSubtracted()) {
      return sum(groups, symbolNames);
    }
    String text = groups.get(0).sum();
    for (int k = 1; k < groups.size(); k++) {
      Optional<Stride> ratio = groups.get(k - 1).stride.over(groups.get(k).stride);
      if (ratio.isEmpty()) {
        return sum(groups, symbolNames);
      }
      text = (times(text, ratio.get(), symbolNames) + " + " + groups.get(k).sum()).replace(" + -", " - ");
    }
    return times(text, groups.get(groups.size() - 1).stride, symbolNames);
  }

  /** Returns the sum term by term, the subtracted ones last. */
  private static String sum(List<Group> all, Function<Extent.Symbol, String> symbolNames) {
    List<Group> groups = all.stream().map(group -> group.isSubtracted() && !group.stride.symbols.isEmpty() ? group.negated() : group).toList();
    StringBuilder text = new StringBuilder();
    for (boolean negative : new boolean[] {false, true}) {
      groups.stream().filter(group -> group.stride.factor < 0 == negative).forEach(group -> text
          .append(negative ? text.length() == 0 ? "-" : " - " : text.length() == 0 ? "" : " + ")
          .append(negative ? subtracted(group, symbolNames) : times(group.sum(), group.stride, symbolNames)));
    }
    return text.toString();
  }

  /** Returns the text subtracted for a group with a negative stride. */
  private static String subtracted(Group group, Function<Extent.Symbol, String> symbolNames) {
    Stride size = new Stride(-group.stride.factor, group.stride.symbols);
    return size.isOne() && group.summands.size() > 1 ? "(" + group.sum() + ")" : times(group.sum(), size, symbolNames);
  }

  private static String times(String factor, Stride stride, Function<Extent.Symbol, String> symbolNames) {
    return stride.isOne() ? factor : factor.equals("1") ? stride.text(symbolNames)
        : (factor.contains(" ") || factor.startsWith("-") ? "(" + factor + ")" : factor) + " * " + stride.text(symbolNames);
  }

  private List<Group> groups(Function<Variable, String> names) {
    List<Group> groups = new ArrayList<>();
    for (Term term : terms) {
      if (term.variable.isPresent()) {
        add(groups, term.stride, names.apply(term.variable.get()));
      } else {
        addConstant(groups, term.stride);
      }
    }
    return joined(groups);
  }

  /** Merges subtracted and added terms of the same stride: {@code (4 - j) * m}. */
  private static List<Group> joined(List<Group> groups) {
    List<Group> joined = new ArrayList<>();
    for (Group group : groups) {
      Group other = group.negated();
      Optional<Group> added = group.stride.factor < 0 ? groups.stream().filter(one -> one.stride.equals(other.stride)).findFirst() : Optional.empty();
      added.ifPresentOrElse(one -> one.summands.addAll(other.summands), () -> joined.add(group));
    }
    return joined;
  }

  private static void add(List<Group> groups, Stride stride, String summand) {
    if (groups.isEmpty() || !groups.get(groups.size() - 1).stride.equals(stride)) {
      groups.add(new Group(stride, new ArrayList<>()));
    }
    groups.get(groups.size() - 1).summands.add(summand);
  }

  /** Adds a constant to the variables of its stride: {@code (r + 1) * 8 + p}, not {@code r * 8 + p + 8}. */
  private static void addConstant(List<Group> groups, Stride constant) {
    long rest = constant.factor;
    for (Group group : groups) {
      long share = group.stride.symbols.equals(constant.symbols) && group.stride.factor > 0 ? rest / group.stride.factor : 0;
      if (share != 0) {
        group.summands.add(Long.toString(share));
        rest -= share * group.stride.factor;
      }
    }
    if (rest != 0) {
      add(groups, new Stride(1, constant.symbols), Long.toString(rest));
    }
  }

  @Override
  public String toString() {
    return text(Variable::name, Extent.Symbol::name);
  }
}
