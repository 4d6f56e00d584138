package dev.nngen.model;

import dev.nngen.ir.AxisNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records the indices by which the text names the axes of values, so that formulas can use the same names. An axis without an index has an empty
 * name.
 */
final class IndexNames {

  /** An equation that is being typed. */
  private record Equation(Set<Index> left, Set<String> bound) {}

  private final Deque<Equation> open = new ArrayDeque<>();
  private final Map<Integer, AxisNames> defined = new LinkedHashMap<>();
  private final Map<Integer, List<String>> read = new LinkedHashMap<>();

  /** Begins an equation, or an expression in matrix code, with the indices that are bound outside of reductions. */
  void begin(Iterable<Index> left) {
    Set<Index> all = new LinkedHashSet<>();
    left.forEach(all::add);
    open.push(new Equation(all, new LinkedHashSet<>()));
  }

  /** Records the indices that a reduction binds. */
  void bind(List<Index> indices) {
    indices.forEach(index -> open.element().bound().add(index.name));
  }

  /** Ends the equation of a value with these axes. */
  void define(int value, List<Optional<Index>> axes) {
    defined.putIfAbsent(value, new AxisNames(axes.stream().map(index -> index.map(IndexNames::name).orElse("")).toList(), List.of(), List.copyOf(open.element().bound()), List.of()));
  }

  /** Ends what {@link #begin} has begun. */
  void end() {
    open.pop();
  }

  /** Records the subscripts of a value: an index alone, or in a sum of several the one of the left side. */
  void read(int value, int axes, Map<Integer, IndexForm> forms) {
    List<String> names = read.computeIfAbsent(value, any -> new ArrayList<>(Collections.nCopies(axes, "")));
    forms.forEach((axis, form) -> {
      List<Index> candidates = form.indices().stream().filter(index -> form.isIndex() || open.element().left().contains(index)).toList();
      if (names.get(axis).isEmpty() && candidates.size() == 1 && !names.contains(candidates.get(0).name)) {
        names.set(axis, name(candidates.get(0)));
      }
    });
  }

  /** Returns the name of an index of the text; an implicit index of samples and a slice have none. */
  private static String name(Index index) {
    return index.span == null || index.name.equals(":") ? "" : index.name;
  }

  /** Returns the recorded names of a value. */
  AxisNames of(int value, Session session) {
    AxisNames own = defined.getOrDefault(value, AxisNames.NONE);
    if (own.defined().isEmpty() && session.values.get(value).op() instanceof Op.Stack stack) {
      own = stacked(stack, session.numbered.get(stack.block()).index.name, of(session.values.get(value).operands().get(0), session));
    }
    return new AxisNames(own.defined(), read.getOrDefault(value, own.read()), own.bound(), own.blocks());
  }

  private static AxisNames stacked(Op.Stack stack, String block, AxisNames inner) {
    List<String> names = stack.axes().stream().map(axis -> axis < 0 ? block : axis < inner.defined().size() ? inner.defined().get(axis) : "").toList();
    List<String> blocks = new ArrayList<>(inner.blocks());
    blocks.add(block);
    return new AxisNames(names, List.of(), inner.bound(), blocks);
  }
}
