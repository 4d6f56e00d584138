package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.LoopNest.Store;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Moves a function such as exp out of a nest whose innermost loop has no vectors or leaves a remainder. The argument is stored in the result's
 * memory, one loop over all contiguous entries computes the function, and the rest of the nest follows.
 */
final class FunctionSplit {

  private final LoopNest nest;
  private final Set<Fn> slow;
  private final BiPredicate<Tensor, Tensor> overlap;
  private final List<Integer> all;

  private FunctionSplit(LoopNest nest, Set<Fn> slow, BiPredicate<Tensor, Tensor> overlap) {
    this.nest = nest;
    this.slow = slow;
    this.overlap = overlap;
    this.all = IntStream.range(0, nest.axes().size()).boxed().toList();
  }

  /**
   * Splits the nest, with the function in the result's memory; empty if that is impossible.
   *
   * @param slow functions that are worth a loop of their own
   * @param overlap whether two tensors may share memory
   */
  static Optional<List<LoopNest>> inPlace(LoopNest nest, Set<Fn> slow, BiPredicate<Tensor, Tensor> overlap) {
    FunctionSplit split = new FunctionSplit(nest, slow, overlap);
    return nest.effects().stream().flatMap(effect -> split.split(effect).stream()).findFirst();
  }

  /**
   * Splits the nest, with the function in a matrix of its own, even if a sum over samples needs it.
   *
   * @param temporary makes a matrix for the values of a function
   */
  static Optional<List<LoopNest>> apart(LoopNest nest, Set<Fn> slow, BiPredicate<Tensor, Tensor> overlap, Function<Fn, Tensor> temporary) {
    FunctionSplit split = new FunctionSplit(nest, slow, overlap);
    return split.innermost().map(function -> split.apart(function, temporary.apply(function.fn())));
  }

  /** Returns the nest with one of its effects. */
  static LoopNest alone(LoopNest nest, Effect effect) {
    return nest.with(needed(nest.lets(), effect.expressions()), List.of(effect));
  }

  private boolean isInnermost(Let let) {
    return nest.flat() ? let.depth() > 0 : let.depth() == all.size();
  }

  /** Returns the first slow function of the innermost loop that reads nothing the loop has changed. */
  private Optional<Scalar.Apply> innermost() {
    List<Scalar> values = new ArrayList<>(nest.lets().stream().filter(let -> isInnermost(let)).map(Let::value).toList());
    nest.effects().stream().map(Effect::value)
        .filter(value -> nest.effects().stream().noneMatch(other -> reads(value, other.to()))).forEach(values::add);
    return values.stream().flatMap(value -> Accesses.parts(value).stream())
        .filter(part -> part instanceof Scalar.Apply apply && slow.contains(apply.fn())).map(Scalar.Apply.class::cast).findFirst();
  }

  private List<LoopNest> apart(Scalar.Apply function, Tensor to) {
    Scalar there = new Scalar.Load(to, all);
    List<LoopNest> nests = new ArrayList<>();
    Scalar whole = withoutLocals(function);
    boolean flat = !hasPositions(whole) && Accesses.loads(whole).stream().allMatch(load -> load.at().isEmpty() || load.at().equals(all)
        && load.tensor().dims().equals(nest.axes()) && load.tensor().kind() == Tensor.Kind.TEMPORARY);
    if (!flat) {
      Scalar argument = function.arguments().get(0);
      nests.add(new LoopNest(nest.axes(), nest.derived(), nest.flat(), needed(nest.lets(), List.of(argument)), List.of(new Store(to, all, argument))));
      whole = new Scalar.Apply(function.fn(), List.of(there));
    }
    nests.add(new LoopNest(nest.axes(), all.size() > 1, List.of(), List.of(new Store(to, all, whole))));
    nests.add(rest(nest.lets(), nest.effects(), function, there));
    return nests;
  }

  /** Returns the expression with locals replaced by their own expressions. */
  private Scalar withoutLocals(Scalar scalar) {
    Scalar result = scalar;
    for (int k = nest.lets().size() - 1; k >= 0; k--) {
      result = Replacement.of(result, new Scalar.Local(nest.lets().get(k).id()), nest.lets().get(k).value());
    }
    return result;
  }

  /** Splits the nest at an effect; empty if the effect stores no function or the nest cannot be split there. */
  private Optional<List<LoopNest>> split(Effect effect) {
    Optional<Let> let = nest.lets().stream().filter(l -> effect.value().equals(new Scalar.Local(l.id()))
        && isInnermost(l)).findFirst();
    Scalar value = let.map(Let::value).orElse(effect.value());
    Set<Scalar> functions = new LinkedHashSet<>();
    Accesses.anyPart(value, part -> part instanceof Scalar.Apply apply && slow.contains(apply.fn()) && functions.add(part));
    if (!(effect instanceof Store) || !effect.at().equals(all) || !effect.to().dims().equals(nest.axes()) || functions.size() != 1) {
      return Optional.empty();
    }
    Scalar.Apply function = (Scalar.Apply) functions.iterator().next();
    Scalar there = new Scalar.Load(effect.to(), all);
    Scalar outer = Replacement.of(value, function, new Scalar.Apply(function.fn(), List.of(there)));
    List<Effect> others = nest.effects().stream().filter(other -> other != effect).toList();
    List<Let> lets = nest.lets().stream().filter(l -> !let.equals(Optional.of(l))).toList();
    Scalar result = let.<Scalar>map(l -> new Scalar.Local(l.id())).orElse(there);
    LoopNest rest = rest(lets, others, result, there);
    LoopNest argument = new LoopNest(nest.axes(), nest.derived(), nest.flat(), needed(lets, List.of(function.arguments().get(0))),
        List.of(new Store(effect.to(), all, function.arguments().get(0))));
    LoopNest flat = new LoopNest(nest.axes(), true, List.of(), List.of(new Store(effect.to(), all, outer)));
    boolean apart = isFlat(value, function, effect.to()) && others.stream().noneMatch(other -> overlap.test(other.to(), effect.to()))
        && nest.lets().stream().noneMatch(l -> reads(l.value(), effect.to()) && !isNeededOnlyBy(l, argument, rest))
        && others.stream().noneMatch(other -> reads(other.value(), effect.to()))
        && readsInPlace(argument, effect.to()) && Accesses.reads(argument).stream().allMatch(read -> isSettled(read, others));
    if (!apart) {
      return Optional.empty();
    }
    return Optional.of(rest.effects().isEmpty() ? List.of(argument, flat) : List.of(argument, flat, rest));
  }

  /** Whether the value without the function reads only entries at the same point, and none that the function's argument overwrites. */
  private boolean isFlat(Scalar value, Scalar.Apply function, Tensor to) {
    Scalar without = Replacement.of(value, function, new Scalar.Time("t"));
    return !reads(without, to) && !hasPositions(without) && !Accesses.anyPart(without, part -> part instanceof Scalar.Local || part instanceof Scalar.Load load
        && !load.at().isEmpty() && !load.at().equals(all));
  }

  /** Whether the expression depends on positions, which one loop over all entries does not have. */
  private static boolean hasPositions(Scalar scalar) {
    return Accesses.anyPart(scalar, Scalar.Position.class::isInstance);
  }

  /** Whether only the argument needs the local, because it reads the result's memory. */
  private static boolean isNeededOnlyBy(Let let, LoopNest argument, LoopNest rest) {
    return argument.lets().contains(let) && rest.lets().stream().noneMatch(other -> other.id() == let.id());
  }

  /** Whether the nest reads the tensor's memory only at the point that it writes. */
  private boolean readsInPlace(LoopNest argument, Tensor to) {
    return Stream.concat(argument.lets().stream().map(Let::value), argument.effects().stream().map(Effect::value))
        .flatMap(value -> Accesses.loads(value).stream())
        .allMatch(load -> !overlap.test(load.tensor(), to) || load.at().equals(all) && load.tensor().dims().equals(to.dims()));
  }

  private boolean reads(Scalar scalar, Tensor tensor) {
    return Accesses.loads(scalar).stream().anyMatch(load -> overlap.test(load.tensor(), tensor));
  }

  /** Whether no other effect writes the tensor, except at the same point after it is read. */
  private boolean isSettled(Tensor read, List<Effect> others) {
    return others.stream().allMatch(other -> !overlap.test(other.to(), read) || other.to().equals(read) && other instanceof Store
        && other.at().equals(all));
  }

  private LoopNest rest(List<Let> lets, List<Effect> others, Scalar result, Scalar there) {
    List<Effect> effects = others.stream().map(other -> other.with(other.to(), value -> Replacement.of(value, result, there))).toList();
    List<Let> replaced = lets.stream().map(l -> new Let(l.id(), l.depth(), Replacement.of(l.value(), result, there), l.name(), l.at())).toList();
    return new LoopNest(nest.axes(), nest.derived(), nest.flat(), needed(replaced, effects.stream().flatMap(effect -> effect.expressions().stream()).toList()), effects);
  }

  /** Returns the locals on which the values depend. */
  private static List<Let> needed(List<Let> lets, List<Scalar> values) {
    List<Let> needed = new ArrayList<>();
    List<Scalar> users = new ArrayList<>(values);
    for (int k = lets.size() - 1; k >= 0; k--) {
      Let let = lets.get(k);
      if (users.stream().anyMatch(user -> Accesses.anyPart(user, new Scalar.Local(let.id())::equals))) {
        needed.add(0, let);
        users.add(let.value());
      }
    }
    return needed;
  }
}
