package dev.nngen.formula;

import dev.nngen.formula.Formula.Operation;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes one entry of a value. Every axis has a letter, and a summed axis is a sum over its letter. */
final class IndexNotation extends Notation {

  private final Scope scope;
  private final List<String> letters;
  private final Set<String> taken;
  private final SubscriptText subscripts;
  /** True if subscripts may be out of range, where entries are 0. */
  private final boolean padded;

  /**
   * @param letters one per loop axis of the node
   * @param taken letters that have another meaning in the formula
   */
  IndexNotation(Scope scope, List<String> letters, Set<String> taken) {
    this(scope, letters, taken, new SubscriptText(), false);
  }

  /**
   * Returns the notation with the digits of some axes as letters.
   *
   * @param letters one per loop axis of the node
   * @param digits the digits of axes by their letters
   */
  static IndexNotation of(Scope scope, List<String> letters, Map<String, AxisDigits> digits) {
    SubscriptText subscripts = new SubscriptText();
    Set<String> taken = new LinkedHashSet<>();
    letters.forEach(letter -> taken.addAll(digits.containsKey(letter) ? digits.get(letter).letters() : List.of(letter)));
    digits.values().forEach(subscripts::define);
    return new IndexNotation(scope, letters.stream().map(letter -> text(letter, digits)).toList(), taken, subscripts, false);
  }

  /** Returns the index of an axis: its letter or its digits. */
  static String text(String letter, Map<String, AxisDigits> digits) {
    return digits.containsKey(letter) ? digits.get(letter).text() : letter;
  }

  /**
   * Returns the digits of the axes of which formulas use some digits alone, by the axes' letters.
   *
   * @param values a letter for each axis of each node
   */
  static Map<String, AxisDigits> digits(Scope scope, Map<Integer, List<String>> values) {
    SubscriptText subscripts = new SubscriptText();
    Map<String, Extent> extents = new LinkedHashMap<>();
    values.forEach((node, letters) -> {
      IntStream.range(0, letters.size()).forEach(axis -> extents.put(letters.get(axis), scope.graph().node(node).shape().get(axis)));
      new IndexNotation(scope, letters, Set.copyOf(letters), subscripts, false).formula(node);
    });
    List<String> letters = List.copyOf(extents.keySet());
    return new IndexNotation(scope, letters, extents.keySet(), subscripts, false).digits(letters, List.copyOf(extents.values()), extents.keySet());
  }

  private Map<String, AxisDigits> digits(List<String> own, List<Extent> extents, Set<String> inUse) {
    Map<String, AxisDigits> digits = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>(inUse);
    for (int axis = 0; axis < own.size(); axis++) {
      String letter = own.get(axis);
      SortedMap<Long, String> places = subscripts.places(letter);
      used.remove(letter);
      Optional<AxisDigits> found = AxisDigits.of(places, extents.get(axis), used, scope.letters()::next);
      found.ifPresent(number -> digits.put(letter, number));
      used.addAll(found.map(AxisDigits::letters).orElse(List.of(letter)));
    }
    return digits;
  }

  private IndexNotation(Scope scope, List<String> letters, Set<String> taken, SubscriptText subscripts, boolean padded) {
    super(scope.layout());
    this.scope = scope;
    this.letters = letters;
    this.taken = taken;
    this.subscripts = subscripts;
    this.padded = padded;
  }

  private IndexNotation with(List<String> others, Set<String> inUse) {
    return new IndexNotation(scope, others, inUse, subscripts, padded);
  }

  private IndexNotation padded(boolean mayBeOutside) {
    return new IndexNotation(scope, letters, taken, subscripts, mayBeOutside);
  }

  Formula formula(int node) {
    return layout.formula(express(node), MatrixFactor.NONE, MatrixFactor.NONE);
  }

  EntrywiseTerm express(int node) {
    return scope.naming().name(node).map(this::named).orElseGet(() -> expand(node));
  }

  /** Returns the node expanded, even if it has a name. */
  EntrywiseTerm expand(int node) {
    return scope.naming().call(node).filter(CallPattern.Call::entrywise).map(this::called).orElseGet(() -> scope.graph().node(node).accept(this));
  }

  private EntrywiseTerm named(ValueNaming.Named named) {
    return entry(scope.shown(named.name()), named.value());
  }

  private EntrywiseTerm entry(Formula name, Graph.Value value) {
    List<Extent> shape = scope.graph().node(value.node()).shape();
    List<Integer> axes = scope.equation() && shape.size() > 0 ? value.allAxes() : value.axes();
    List<String> indices = axes.stream().filter(axis -> axis == Graph.Value.NONE || !scope.isDropped(shape.get(axis))).map(axis -> axis == Graph.Value.NONE ? "0" : letters.get(axis)).toList();
    return EntrywiseTerm.of(MatrixFactor.scalar(entry(name, indices)));
  }

  private Formula entry(Formula name, List<String> indices) {
    return indices.isEmpty() ? name : new Formula.Entry(padded ? FormulaFactory.call("pad", name) : name, indices);
  }

  @Override
  Node node(int id) {
    return scope.graph().node(id);
  }

  @Override
  EntrywiseTerm operand(View view) {
    return with(view.axes().stream().map(letters::get).toList(), taken).express(view.node());
  }

  @Override
  public EntrywiseTerm leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      boolean one = scope.oneSample() && leaf.name().equals(Extent.BATCH.name());
      return one ? EntrywiseTerm.number(Rational.ONE) : EntrywiseTerm.of(MatrixFactor.scalar(new Formula.Name(leaf.name())));
    }
    if (leaf.role() == Node.Role.COUNTER) {
      return EntrywiseTerm.of(MatrixFactor.scalar(new Formula.Index(letters.get(0))));
    }
    return leaf.relation().map(relation -> condition(relation.kind(), relation.over(View.identity(0, leaf.rank()).axes())))
        .orElseGet(() -> carried(leaf).orElseGet(() -> EntrywiseTerm.of(MatrixFactor.scalar(entry(scope.shown(leaf.name()), letters.subList(0, leaf.rank()))))));
  }

  /** Writes other steps of a value by the value's name in formulas, which may differ from the leaf's. */
  private Optional<EntrywiseTerm> carried(Node.Leaf leaf) {
    return scope.graph().definition(leaf).flatMap(value -> scope.naming().nameInStep(scope.graph(), value.node())
        .map(named -> with(IntStream.range(0, leaf.rank()).mapToObj(axis -> letters.get(value.axes().indexOf(axis))).toList(), taken).named(named)));
  }

  private EntrywiseTerm condition(Relation.Kind kind, Relation.Affine affine) {
    return isAlwaysTrue(kind, affine, this::text) ? EntrywiseTerm.number(Rational.ONE) : EntrywiseTerm.of(MatrixFactor.scalar(condition(kind, affine, this::text)));
  }

  private String text(Relation.Affine affine) {
    return subscripts.of(affine, letters);
  }

  /**
   * Writes a product with relations. Axes that they determine are subscripts without a sum. A named value with subscripts out of range is padded; for
   * others the condition is written.
   */
  private EntrywiseTerm resolved(Node.Product product, Resolution resolution, Map<String, AxisDigits> digits) {
    Inner inner = enter(product, product.rank(), resolution.solved().keySet(), digits);
    List<String> inside = new ArrayList<>(inner.notation.letters);
    Map<String, Extent> summed = new LinkedHashMap<>(inner.summed);
    Set<Integer> open = new TreeSet<>();
    resolution.solved().forEach((axis, solved) -> {
      summed.remove(inside.get(axis));
      inside.set(axis, subscripts.of(solved, inner.notation.letters, scope.letters().read(resolution.factors(), axis)));
      if (!solved.isInside() && (scope.equation() || !isIndexAfterAll(solved, inside.get(axis)))) {
        open.add(axis);
      }
    });
    IndexNotation notation = inner.notation.with(inside, inner.notation.taken);
    Set<Integer> outside = Set.copyOf(open);
    EntrywiseTerm all = EntrywiseTerm.number(Rational.ONE);
    for (View factor : resolution.factors()) {
      boolean padded = isNamed(scope, factor.node()) && factor.axes().stream().anyMatch(open::contains);
      // A read out of range needs no condition if another factor or condition is 0 there.
      boolean written = scope.equation() && (this.padded || factor.axes().stream().anyMatch(outside::contains));
      open.removeAll(padded ? factor.axes() : List.of());
      all = all.times(notation.padded(padded || written).operand(factor));
    }
    for (int axis : open) {
      Resolution.Solved solved = resolution.solved().get(axis);
      for (Relation.Affine bound : bounds(solved, product.loops().get(axis))) {
        all = bound.isNeverNegative(product.loops()) ? all : all.times(inner.notation.condition(Relation.Kind.NOT_NEGATIVE, bound));
      }
    }
    for (Resolution.Condition condition : resolution.relations()) {
      all = all.times(notation.condition(condition.kind(), condition.affine()));
    }
    return summed.isEmpty() ? all : summed(all, summed);
  }

  @Override
  public EntrywiseTerm window(Node.Window window) {
    List<String> at = new ArrayList<>();
    boolean outside = false;
    for (Node.Window.Position position : window.positions()) {
      at.add(position instanceof Node.Window.At subscript ? subscripts.of(subscript.number(), letters, "")
          : entryText(window.numbers().get(((Node.Window.Data) position).number())));
      outside |= position instanceof Node.Window.At subscript && !subscript.number().isInside() && (scope.equation() || !isIndexAfterAll(subscript.number(), at.get(at.size() - 1)));
    }
    return with(at, taken).padded(outside).express(window.source());
  }

  /** True for a subscript such as (t + 1) - 1, which is within the axis. */
  private static boolean isIndexAfterAll(Resolution.Solved number, String text) {
    return text.length() == 1 && !number.value().constant().isZero();
  }

  /** Returns an index with its size. The size of samples follows from the subscripted value. */
  static String sized(String letter, Extent extent) {
    return extent.equals(Extent.BATCH) ? letter : letter + ": " + extent;
  }

  /** Returns the indices that a sum or a maximum binds. */
  private List<String> bound(List<String> over, Map<String, Extent> summed) {
    return scope.equation() ? over.stream().map(letter -> sized(letter, summed.get(letter))).toList() : over;
  }

  /** Returns integer data as a subscript, {@code word[t, c]}. */
  private String entryText(View numbers) {
    if (scope.equation()) {
      return LanguagePrinter.equation(layout.formula(operand(numbers), MatrixFactor.NONE, MatrixFactor.NONE));
    }
    Formula data = layout.formula(operand(numbers), MatrixFactor.NONE, MatrixFactor.NONE);
    return data instanceof Formula.Entry entry && entry.base() instanceof Formula.Name name ? name.name() + "[" + String.join(", ", entry.indices()) + "]" : new TextPrinter(true).text(data);
  }

  @Override
  public EntrywiseTerm product(Node.Product product) {
    if (Resolution.isNeeded(product, scope.graph()::node)) {
      Node.Product opened = opened(scope, product);
      Resolution resolution = Resolution.of(opened, scope.graph()::node);
      EntrywiseTerm resolved = byDigits(opened, digits -> resolved(opened, resolution, digits));
      boolean written = !scope.equation() || LanguagePrinter.isEquation(layout.formula(resolved, MatrixFactor.NONE, MatrixFactor.NONE));
      return written ? resolved : plain(opened, Map.of());
    }
    return byDigits(product, digits -> plain(product, digits));
  }

  /** Writes a product, again if its factors use digits of a summed index alone: these digits are then summed indices. */
  private EntrywiseTerm byDigits(Node.Product product, Function<Map<String, AxisDigits>, EntrywiseTerm> written) {
    EntrywiseTerm plain = written.apply(Map.of());
    if (scope.equation() || !product.isSumming()) {
      return plain;
    }
    Inner inner = letters(product, product.rank(), Set.of());
    int rank = product.rank();
    List<String> inside = inner.notation.letters.subList(rank, product.loops().size());
    Map<String, AxisDigits> digits = digits(inside, product.loops().subList(rank, product.loops().size()), inner.notation.taken);
    return digits.isEmpty() ? plain : written.apply(digits);
  }

  /** Writes a product with relations as factors, for positions that the language cannot express as subscripts. */
  private EntrywiseTerm plain(Node.Product written, Map<String, AxisDigits> digits) {
    Node.Product product = written.isSumming() && !scope.equation() ? withoutInner(written) : written;
    Inner inner = enter(product, product.rank(), Set.of(), digits);
    List<View> factors = new ArrayList<>(product.factors());
    Map<Integer, View> chosen = scope.equation() ? Map.of() : chosen(product, factors);
    List<String> inside = new ArrayList<>(inner.notation.letters);
    Map<String, Extent> summed = new LinkedHashMap<>(inner.summed);
    chosen.forEach((loop, data) -> {
      summed.remove(inside.get(loop));
      inside.set(loop, inner.notation.entryText(data));
    });
    EntrywiseTerm all = inner.notation.with(inside, inner.notation.taken).factors(factors);
    return summed.isEmpty() ? all : summed(all, summed);
  }

  /** Returns a sum with the factors of unnamed entrywise products. */
  private Node.Product withoutInner(Node.Product product) {
    Set<Node> unnamed = product.factors().stream().filter(factor -> !isNamed(scope, factor.node()) && scope.naming().call(factor.node()).isEmpty()).map(factor -> scope.graph().node(factor.node()))
        .filter(node -> node instanceof Node.Product inner && !inner.isSumming()).collect(Collectors.toSet());
    return unnamed.isEmpty() ? product : Resolution.flattened(product, scope.graph()::node, unnamed::contains);
  }

  /** Returns the data that determines a summed loop, {@code word_t} in {@code sum_i (i == word_t) T_ji}, and removes the comparison from the factors. */
  private Map<Integer, View> chosen(Node.Product product, List<View> factors) {
    Map<Integer, View> chosen = new LinkedHashMap<>();
    for (View factor : product.factors()) {
      Optional<Node.Apply> equal = factors.size() > 1 && scope.graph().node(factor.node()) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL && !isNamed(scope, factor.node())
          ? Optional.of(apply) : Optional.empty();
      for (int side = 0; equal.isPresent() && side < 2; side++) {
        View counter = equal.get().arguments().get(side).rewire(factor.axes());
        View data = equal.get().arguments().get(1 - side).rewire(factor.axes());
        boolean determines = scope.graph().node(counter.node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER && counter.axes().get(0) >= product.rank()
            && scope.graph().node(data.node()) instanceof Node.Leaf given && !given.isPositional() && !chosen.containsKey(counter.axes().get(0)) && data.axes().stream().noneMatch(axis -> axis.equals(counter.axes().get(0)) || chosen.containsKey(axis));
        if (determines) {
          chosen.put(counter.axes().get(0), data);
          factors.remove(factor);
          break;
        }
      }
    }
    return chosen;
  }

  /** Writes the indicator of the first largest entry as a comparison, except in equations of the language, which cannot express it. */
  @Override
  public EntrywiseTerm apply(Node.Apply apply) {
    Optional<FirstLargest> first = scope.equation() ? Optional.empty() : FirstLargest.of(apply, scope.graph()::node);
    return first.map(found -> EntrywiseTerm.of(MatrixFactor.scalar(new Formula.Compare(Formula.Compare.FIRST, layout.formula(operand(found.entry()), MatrixFactor.NONE, MatrixFactor.NONE),
        layout.formula(operand(found.largest()), MatrixFactor.NONE, MatrixFactor.NONE))))).orElseGet(() -> super.apply(apply));
  }

  /**
   * The notation inside a sum or maximum.
   *
   * @param summed the letters that it binds, with the number of their values
   */
  private record Inner(IndexNotation notation, Map<String, Extent> summed) {}

  /**
   * @param determined loops without indices, because conditions determine them
   * @param digits the digits of loops by their letters
   */
  private Inner enter(Node node, int rank, Set<Integer> determined, Map<String, AxisDigits> digits) {
    Inner plain = letters(node, rank, determined);
    Set<String> used = new LinkedHashSet<>(plain.notation.taken);
    Map<String, Extent> summed = new LinkedHashMap<>();
    plain.summed.forEach((letter, extent) -> {
      subscripts.forget(letter);
      Optional<AxisDigits> number = Optional.ofNullable(digits.get(letter));
      number.ifPresentOrElse(found -> found.digits().forEach(digit -> summed.put(digit.letter(), Extent.of((int) digit.size()))), () -> summed.put(letter, extent));
    });
    digits.values().forEach(number -> {
      used.addAll(number.letters());
      subscripts.define(number);
    });
    return new Inner(with(plain.notation.letters.stream().map(letter -> text(letter, digits)).toList(), used), summed);
  }

  private Inner letters(Node node, int rank, Set<Integer> determined) {
    List<String> inside = new ArrayList<>(letters.subList(0, rank));
    Set<String> used = new LinkedHashSet<>(taken);
    Map<String, Extent> summed = new LinkedHashMap<>();
    for (int loop = rank; loop < node.loops().size(); loop++) {
      String letter = determined.contains(loop) ? "_" + loop : scope.letters().inner(node, loop, scope.bound(), used);
      inside.add(letter);
      used.add(letter);
      if (!scope.isDropped(node.loops().get(loop))) {
        summed.put(letter, node.loops().get(loop));
      }
    }
    return new Inner(with(inside, used), summed);
  }

  /** Puts factors that do not depend on the summed letters before the sum. */
  private EntrywiseTerm summed(EntrywiseTerm all, Map<String, Extent> summed) {
    List<String> over = List.copyOf(summed.keySet());
    List<MatrixFactor> inside = all.over().stream().filter(piece -> depends(piece, over))
        .sorted(Comparator.comparing(this::firstLetter)).toList();
    List<MatrixFactor> insideUnder = all.under().stream().filter(piece -> depends(piece, over)).toList();
    List<MatrixFactor> outside = new ArrayList<>(all.over());
    outside.removeAll(inside);
    List<MatrixFactor> outsideUnder = new ArrayList<>(all.under());
    outsideUnder.removeAll(insideUnder);
    EntrywiseTerm body = new EntrywiseTerm(Rational.ONE, inside, insideUnder);
    EntrywiseTerm result = new EntrywiseTerm(all.coefficient(), outside, outsideUnder);
    List<String> named = over.stream().filter(letter -> mentions(body, letter)).toList();
    for (String letter : over) {
      result = named.contains(letter) ? result : result.times(extent(summed.get(letter)));
    }
    return named.isEmpty() ? result : result.times(EntrywiseTerm.of(MatrixFactor.scalar(
        new Formula.Over(Operation.SUM, bound(named, summed), layout.formula(body, MatrixFactor.NONE, MatrixFactor.NONE)))));
  }

  /** Sorts factors by the entry's first index: {@code E_ic X_jc}, {@code W_ji E_jc}. */
  private int firstLetter(MatrixFactor piece) {
    return letters.stream().filter(letter -> depends(piece, List.of(letter.split("[^A-Za-z]+"))))
        .mapToInt(letter -> scope.letters().place(letter, letters)).min().orElse(Integer.MAX_VALUE);
  }

  @Override
  public EntrywiseTerm max(Node.Max max) {
    Inner inner = enter(max, max.rank(), Set.of(), Map.of());
    EntrywiseTerm argument = inner.notation.operand(max.argument());
    List<String> over = inner.summed.keySet().stream().filter(letter -> mentions(argument, letter)).toList();
    return over.isEmpty() ? argument : EntrywiseTerm.of(MatrixFactor.scalar(
        new Formula.Over(Operation.MAX, bound(over, inner.summed), layout.formula(argument, MatrixFactor.NONE, MatrixFactor.NONE))));
  }

  @Override
  public EntrywiseTerm derivative(Node.Derivative derivative) {
    Formula scalar = new IndexNotation(scope, List.of(), taken).formula(derivative.scalar().node());
    Formula variable = layout.formula(operand(derivative.variable()), MatrixFactor.NONE, MatrixFactor.NONE);
    return EntrywiseTerm.of(MatrixFactor.scalar(FormulaFactory.call("grad", scalar, variable)));
  }
}
