package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.simplify.AccuracyEstimate.Quality;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes every value in the best of the forms known for it. The first form is what the text or the chain rule says, over operands
 * that are written already; rules propose others. A form is better if it is finite where another is not, then if it keeps more
 * digits, then if it costs less; of equal forms the first stays.
 */
final class Extraction implements Node.Visitor<View> {

  private final Graph source;
  private final Meanings meanings;
  private final FormBuilder builder;
  private final AvailableExpressions available;
  private final RationalForms rationals;
  private final Exponentials exponentials;
  private final ExponentialQuotients quotients;
  private final LogarithmForms logarithms;
  private final ReductionForms reductions;
  private final PartialSums partialSums;
  private final AccuracyEstimate accuracy;
  private final FormCost cost;
  /** The same where sums that are computed already cost nothing. */
  private final FormCost costBySums;
  private final List<View> written = new ArrayList<>();
  private final Map<Integer, View> byClass = new HashMap<>();
  private final Set<Integer> settled = new HashSet<>();
  private final Set<Integer> forwardNodes = new HashSet<>();
  /** Values of the text between named ones: exact for the backward pass, and not for the values that are made of them. */
  private final List<Integer> unnamed = new ArrayList<>();
  private boolean[] forward;
  private ValueUses uses;
  private boolean[] isChanged;
  private boolean isForward;
  /** True while a value is written that is only summed. */
  private boolean isSummed;

  private Extraction(Graph source, Meanings meanings) {
    this.source = source;
    this.meanings = meanings;
    this.builder = new FormBuilder(meanings);
    this.available = builder.available();
    this.rationals = new RationalForms(builder, available);
    this.exponentials = new Exponentials(builder);
    ExponentShifts shifts = new ExponentShifts(builder, exponentials);
    this.quotients = new ExponentialQuotients(builder, exponentials, shifts);
    this.logarithms = new LogarithmForms(builder, rationals, exponentials, shifts);
    this.reductions = new ReductionForms(builder, exponentials, this::summand);
    this.partialSums = new PartialSums(meanings, builder);
    this.accuracy = new AccuracyEstimate(builder.graph(), leaf -> meanings.domains.ofClass(
        meanings.universe.classOf(meanings.leaf(leaf)).node()), Gathers.picking(source));
    this.cost = new FormCost(builder.graph(), node -> available.contains(node) || settled.contains(node), this::isReadFromForward);
    this.costBySums = new FormCost(builder.graph(), node -> available.contains(node) || settled.contains(node) || partialSums.isComputed(node),
        this::isReadFromForward);
  }

  private boolean isReadFromForward(int node) {
    return !isForward && forwardNodes.contains(node);
  }

  /** The graph of all named values but those of claims, with the same names. */
  static Graph extract(Graph source, Meanings meanings) {
    return new Extraction(source, meanings).run();
  }

  private Graph run() {
    Map<String, Graph.Value> names = new LinkedHashMap<>(source.names());
    Set<String> carried = source.carried().stream().map(leaf -> ((Node.Leaf) source.node(leaf)).name()).collect(Collectors.toSet());
    names.keySet().removeIf(name -> !isWritten(ValueName.parse(name)) && !carried.contains(name));
    List<Integer> roots = names.values().stream().map(Graph.Value::node).toList();
    Set<Integer> named = new HashSet<>(roots);
    Set<Integer> values = new HashSet<>();
    names.forEach((name, value) -> {
      if (!ValueName.parse(name).is(ValueName.Role.GRADIENT)) {
        values.add(value.node());
      }
    });
    boolean[] needed = source.reachable(roots);
    forward = source.reachable(values);
    uses = ValueUses.of(source, needed, named);
    isChanged = new boolean[source.size()];
    for (int id = 0; id < source.size(); id++) {
      written.add(needed[id] ? write(id, values.contains(id)) : null);
    }
    names.forEach((name, value) -> builder.graph().name(name, named(value, isParametersGradient(name))));
    return trimmed();
  }

  private static boolean isWritten(ValueName name) {
    return switch (name.role()) {
      case VALUE, PREDICTED, NEXT, GRADIENT -> true;
      case CLAIM, INTERNAL -> false;
    };
  }

  private boolean isParametersGradient(String name) {
    return ValueName.parse(name).variable().map(source.names()::get)
        .filter(value -> source.node(value.node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER).isPresent();
  }

  private Graph.Value named(Graph.Value value, boolean isAligned) {
    View view = isAligned ? aligned(written.get(value.node())) : written.get(value.node());
    List<Extent> shape = source.node(value.node()).shape();
    if (view.axes().size() != shape.size()) {
      Node node = builder.node(view);
      Node.Sum broadcast = node instanceof Node.Sum sum && sum.isNumber() ? new Node.Sum(shape, sum.constant(), List.of())
          : new Node.Sum(shape, Rational.ZERO, List.of(new Node.Term(Rational.ONE, view)));
      return value.at(builder.graph().add(broadcast));
    }
    return value.through(view);
  }

  /** The same value with its axes in the order of the view: a gradient has the axes of its parameter. */
  private View aligned(View view) {
    Node node = builder.node(view);
    int rank = node.rank();
    if (view.isIdentity(rank) || view.axes().stream().sorted().distinct().filter(axis -> axis < rank).count() != rank) {
      return view;
    }
    List<Extent> loops = new ArrayList<>(node.loops());
    for (int axis = 0; axis < rank; axis++) {
      loops.set(view.axes().get(axis), node.loops().get(axis));
    }
    List<View> operands = node.operands().stream()
        .map(operand -> new View(operand.node(), operand.axes().stream().map(axis -> axis < rank ? view.axes().get(axis) : axis).toList())).toList();
    return over(node, loops).map(turned -> View.identity(builder.graph().add(turned.withOperands(operands)), rank)).orElse(view);
  }

  /** The node over other loops, not yet with other operands. */
  private static Optional<Node> over(Node node, List<Extent> loops) {
    if (node instanceof Node.Sum sum) {
      return Optional.of(new Node.Sum(loops, sum.constant(), sum.terms()));
    }
    if (node instanceof Node.Product product) {
      return Optional.of(new Node.Product(loops, product.rank(), product.factors()));
    }
    if (node instanceof Node.Power power) {
      return Optional.of(new Node.Power(loops, power.base(), power.exponent()));
    }
    if (node instanceof Node.Apply apply) {
      return Optional.of(new Node.Apply(apply.fn(), loops, apply.arguments()));
    }
    return node instanceof Node.Max max ? Optional.of(new Node.Max(loops, max.rank(), max.argument())) : Optional.empty();
  }

  /** Only what names need: forms that were tried and not taken are left behind. */
  private Graph trimmed() {
    Graph all = builder.graph().build();
    boolean[] needed = all.reachable(all.names().values().stream().map(Graph.Value::node).toList());
    Graph.Builder kept = new Graph.Builder();
    int[] moved = new int[all.size()];
    for (int id = 0; id < all.size(); id++) {
      if (needed[id]) {
        Node node = all.node(id);
        moved[id] = kept.add(node.withOperands(node.operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList()));
      }
    }
    all.names().forEach((name, value) -> kept.name(name, value.at(moved[value.node()])));
    return kept.build();
  }

  // ---- one value ----

  private View write(int id, boolean isNamed) {
    isForward = forward[id];
    isSummed = uses.isOnlySummed(id);
    builder.setDerived(!isForward);
    if (!isForward) {
      unnamed.forEach(accuracy::fix);
      unnamed.clear();
    }
    Node node = source.node(id);
    RationalFunction form = meanings.of(id);
    if (form.isConstant() && !(node instanceof Node.Leaf) && !mayFailByRounding(node)) {
      return builder.number(form.coefficient());
    }
    View seed = node.accept(this);
    View best = node instanceof Node.Leaf ? seed : best(id, seed);
    isChanged[id] = !isNamed && (!best.equals(seed)
        || node.operands().stream().anyMatch(operand -> isChanged[operand.node()] && !isReduction(node)));
    builder.choose(best);
    settle(id, best, isNamed);
    return best;
  }

  /** True of a > b that holds for real numbers where rounding may take a to b, as e^x > 0 is false where e^x underflows. */
  private boolean mayFailByRounding(Node node) {
    if (!(node instanceof Node.Apply apply) || apply.fn() != Fn.GREATER) {
      return false;
    }
    RationalFunction difference = meanings.ring.minus(meaning(apply.arguments().get(0)), meaning(apply.arguments().get(1)));
    return !difference.isConstant() && meanings.domains.of(difference).low() == 0;
  }

  private RationalFunction meaning(View view) {
    return meanings.universe.through(meanings.of(view.node()), view.axes());
  }

  private View best(int id, View seed) {
    List<View> forms = new ArrayList<>();
    View view = meanings.universe.classOf(meanings.of(id));
    if (byClass.containsKey(view.node())) {
      forms.add(byClass.get(view.node()).through(view.axes()));
    }
    Node node = source.node(id);
    if (node instanceof Node.Apply apply && apply.fn() == Fn.LOG) {
      forms.addAll(logarithms.of(operand(apply.arguments().get(0))));
      forms.addAll(logarithms.ofPicked(operand(apply.arguments().get(0))));
    } else if (node instanceof Node.Apply apply && apply.fn() == Fn.LOG1P) {
      forms.addAll(logarithms.ofOneAnd(operand(apply.arguments().get(0))));
    }
    View best = best(seed, forms);
    best = node instanceof Node.Product product && product.isSumming() && !isForward ? byPartialSums(product, best) : best;
    if (!(node instanceof Node.Apply) && !isReduction(node)) {
      best = improved(best);
      boolean isRewritten = source.node(id).operands().stream().anyMatch(operand -> isChanged[operand.node()]);
      if (uses.isEnd(id) && (!isForward || isRewritten) || isForward && isDoubtful(best)) {
        best = improved(rewritten(id, best, isRewritten));
      }
    }
    return best;
  }

  /** The cheapest form by sums that are computed already. Sums of three factors are computed in two steps in any case, so digits do not decide. */
  private View byPartialSums(Node.Product product, View view) {
    View best = view;
    for (View form : builder.byPartialSums(product.loops(), product.rank(), factored(product), partialSums)) {
      boolean isBetter = isSame(form, best) && !quality(form).isLessFinite(quality(best)) && costBySums.of(form.node()) < costBySums.of(best.node());
      best = isBetter ? form : best;
    }
    return best;
  }

  /**
   * The value as a rational function in which parts cancel. Available values are looked through only if that is cheaper; a value as
   * the text has it is rewritten only if the result is proved equal and more exact.
   */
  private View rewritten(int id, View view, boolean isRewritten) {
    View best = view;
    boolean isOfNamed = isForward && rationals.reading().of(view, false).variables().stream().anyMatch(variable -> available.contains(rationals.reading().view(variable).node()));
    for (boolean isTransparent : isOfNamed ? List.of(false) : List.of(false, true)) {
      for (View form : rationals.rewritten(view, isTransparent).stream().map(this::improved).toList()) {
        boolean isTaken = isForward ? isProved(id, form) && (isRewritten || isMoreExact(form, best))
            : !isTransparent || cost.of(form.node()) < cost.of(best.node());
        best = isTaken ? best(best, List.of(form)) : best;
      }
    }
    return best;
  }

  private Quality quality(View form) {
    return accuracy.of(form.node(), isSummed);
  }

  private boolean isMoreExact(View form, View than) {
    Quality a = quality(form);
    Quality b = quality(than);
    return a.isFiniteWhereOtherIsNot(b) || b.isLessExact(a);
  }

  /** A value of the text is rewritten only if the result is proved equal. */
  private boolean isProved(int id, View form) {
    return meanings.ring.minus(builder.judge().of(form), meanings.of(id)).isZero();
  }

  private boolean isDoubtful(View view) {
    Quality quality = quality(view);
    for (int point = 0; point < quality.lost().length; point++) {
      if (quality.lost()[point] > 0 || quality.bits()[point] > 12) {
        return true;
      }
    }
    return false;
  }

  static boolean isReduction(Node node) {
    return node.loops().size() > node.rank();
  }

  /** Forms of a product or a sum by rules that look at it alone. */
  private View improved(View view) {
    return improved(view, !isForward);
  }

  private View improved(View view, boolean distributes) {
    View best = view;
    for (View before = null; !best.equals(before); ) {
      before = best;
      FactoredTerm term = builder.factored(best);
      List<View> forms = new ArrayList<>(quotients.of(term));
      rationals.byAvailable(term).forEach(form -> forms.add(builder.product(form)));
      if (distributes) {
        forms.addAll(distributed(term));
      }
      if (builder.mayOverflow(term)) {
        forms.add(builder.saturating(term));
      }
      forms.add(builder.withExpm1(best));
      available.byChoice(term).ifPresent(form -> forms.add(builder.product(form)));
      best = best(best, forms);
      best = best.equals(before) && !isForward ? withInnerFactors(best) : best;
    }
    return best;
  }

  /** A form with factors moved into sums over axes, which costs more and is worth it only if it is finite where the value's form is not. */
  private View withInnerFactors(View view) {
    if (Arrays.stream(quality(view).lost()).allMatch(lost -> lost == 0)) {
      return view;
    }
    FactoredTerm term = builder.factored(view);
    List<View> forms = new ArrayList<>(joinedSums(term));
    reductions.inward(term).forEach(form -> forms.add(builder.product(form)));
    return forms.stream().filter(form -> quality(form).isFiniteWhereOtherIsNot(quality(view)) && isSame(form, view)).findFirst().orElse(view);
  }

  /** Forms of a product with a factor in which growing exponentials are beside sums over axes. */
  private List<View> joinedSums(FactoredTerm term) {
    List<View> forms = new ArrayList<>();
    for (View base : term.powers().keySet()) {
      if (term.exponent(base).isOne() && builder.node(base) instanceof Node.Sum && !available.contains(base.node())) {
        List<FactoredTerm> terms = exponentials.terms(List.of(base));
        List<FactoredTerm> joined = terms.stream().anyMatch(exponentials::hasExponentials) ? reductions.joined(terms) : terms;
        if (!joined.equals(terms)) {
          forms.add(builder.product(term.without(base).times(builder.factored(builder.sum(Rational.ZERO, joined, true)))));
        }
      }
    }
    return forms;
  }

  /** The best form of a value that is summed over axes. */
  private View summand(View view) {
    View best = improved(view);
    for (boolean isTransparent : List.of(false, true)) {
      best = best(best, rationals.rewritten(best, isTransparent).stream().map(this::improved).toList());
    }
    return best;
  }

  /** a (b + c) = a b + a c, if a cancels with a factor of b or c, or may vanish where one of them is infinite. */
  private List<View> distributed(FactoredTerm term) {
    List<View> forms = new ArrayList<>();
    for (View base : term.powers().keySet()) {
      if (term.exponent(base).isOne() && builder.node(base) instanceof Node.Sum sum && !sum.isNumber()
          && !available.contains(base.node())) {
        FactoredTerm rest = term.without(base);
        List<FactoredTerm> terms = new ArrayList<>();
        boolean cancels = false;
        for (Node.Term part : sum.terms()) {
          FactoredTerm own = builder.factored(part.view().through(base.axes()));
          FactoredTerm product = rest.times(own);
          cancels |= product.size() < rest.size() + own.size();
          terms.add(product.times(part.coefficient()));
        }
        if (!sum.constant().isZero()) {
          terms.add(rest.times(sum.constant()));
        }
        if (terms.stream().anyMatch(builder::mayOverflow)) {
          forms.add(builder.sum(Rational.ZERO, terms.stream().map(each -> builder.mayVanish(each)
              ? FactoredTerm.of(builder.saturating(each.unit())).times(each.coefficient()) : each).toList(), false));
        }
        if (cancels || sum.terms().stream().anyMatch(part -> builder.infinite().isPole(part.view().through(base.axes())))) {
          forms.add(builder.sum(Rational.ZERO, terms, true));
        } else if (exponentials.hasExponentials(rest) && exponentials.hasExponentials(FactoredTerm.of(base))) {
          forms.add(builder.sum(Rational.ZERO, terms.stream().map(each -> builder.factored(improved(builder.product(each), false))).toList(), true));
        }
      }
    }
    return forms;
  }

  private View best(View first, List<View> forms) {
    View best = first;
    for (View form : forms) {
      if (!form.equals(best) && isSame(form, first) && isBetter(form, best)) {
        best = form;
      }
    }
    return best;
  }

  private boolean isBetter(View form, View than) {
    Quality a = quality(form);
    Quality b = quality(than);
    if (b.isFiniteWhereOtherIsNot(a) || a.isLessFinite(b)) {
      return false;
    }
    if (a.isFiniteWhereOtherIsNot(b)) {
      return true;
    }
    boolean isLess = a.isLessExact(b);
    boolean isMore = b.isLessExact(a);
    return isLess == isMore ? !isLess && cost.of(form.node()) < cost.of(than.node()) : isMore;
  }

  /** Two forms of a value must agree at ordinary points: a wrong rule then costs time, and not a result. */
  private boolean isSame(View form, View seed) {
    return new FormGate(accuracy, builder.graph()).agree(form, seed);
  }

  /** The normal form of a value, over the axes of the node that it is written as. */
  private RationalFunction normalForm(int id, View view) {
    List<Integer> own = new ArrayList<>();
    for (int axis = 0; axis < source.node(id).rank(); axis++) {
      own.add(Math.max(0, view.axes().indexOf(axis)));
    }
    return meanings.universe.through(meanings.of(id), own);
  }

  /** Makes a value that is chosen known to those that follow. */
  private void settle(int id, View view, boolean isNamed) {
    Node node = builder.node(view);
    builder.judge().declare(view.node(), normalForm(id, view));
    if (node.operands().isEmpty() && !(node instanceof Node.Leaf)) {
      return;
    }
    if (isReduction(source.node(id))) {
      partialSums.learn(view);
    }
    if (!isForward) {
      if (uses.isShared(id)) {
        builder.share(view);
      }
      if (isReduction(source.node(id)) || uses.isEnd(id) && node instanceof Node.Sum sum && sum.terms().size() > 1) {
        settled.add(view.node());
      }
      return;
    }
    forwardNodes.add(view.node());
    if (isNamed) {
      accuracy.fix(view.node());
    } else {
      unnamed.add(view.node());
    }
    int rank = node.rank();
    boolean isStored = isNamed || isReduction(source.node(id)) || uses.isMultiplied(id) && node instanceof Node.Apply;
    Optional<FactoredTerm> product = definition(source.node(id)).or(() -> isStored ? Optional.of(builder.factored(view)) : Optional.empty())
        .map(term -> term.map(v -> FormBuilder.inverse(v, view.axes())));
    boolean isWhole = product.isPresent() && product.get().axes().stream().allMatch(axis -> axis >= 0 && axis < rank);
    if (isStored && node instanceof Node.Apply choice && choice.fn() == Fn.WHERE) {
      available.addChoice(view.node(), builder.opened(View.identity(view.node(), rank)), rank);
    }
    if (!(node instanceof Node.Leaf)) {
      available.add(view.node(), isWhole ? product.get() : FactoredTerm.of(View.identity(view.node(), rank)), rank, isStored);
      rationals.learn(View.identity(view.node(), rank));
    }
    if (isStored || node instanceof Node.Leaf) {
      View own = meanings.universe.classOf(meanings.of(id));
      List<Integer> back = view.axes();
      if (own.axes().size() == back.size()) {
        byClass.putIfAbsent(own.node(), FormBuilder.inverse(view, own.axes()));
      }
    }
  }

  /** What the text says a product is made of. */
  private Optional<FactoredTerm> definition(Node node) {
    if (node instanceof Node.Product product && !product.isSumming()) {
      FactoredTerm term = FactoredTerm.ONE;
      for (View factor : product.factors()) {
        term = term.times(builder.factored(operand(factor)));
      }
      return Optional.of(term);
    }
    if (node instanceof Node.Power power) {
      return Optional.of(builder.factored(operand(power.base()), power.exponent()));
    }
    return Optional.empty();
  }

  private View operand(View view) {
    return written.get(view.node()).through(view.axes());
  }

  // ---- as the text or the chain rule says ----

  @Override
  public View leaf(Node.Leaf leaf) {
    return View.identity(builder.graph().add(leaf), leaf.rank());
  }

  @Override
  public View sum(Node.Sum sum) {
    List<FactoredTerm> terms = sum.terms().stream()
        .map(term -> builder.factored(operand(term.view())).times(term.coefficient())).toList();
    return builder.sum(sum.constant(), terms, !isForward);
  }

  @Override
  public View product(Node.Product product) {
    List<FactoredTerm> factors = factored(product);
    if (product.isSumming()) {
      return builder.contraction(product.loops(), product.rank(), factors);
    }
    FactoredTerm total = FactoredTerm.ONE;
    for (FactoredTerm factor : factors) {
      if (isForward && mayCancelZero(total, factor)) {
        return builder.literal(product, product.factors().stream().map(this::operand).toList());
      }
      total = total.times(factor);
    }
    return builder.product(total);
  }

  private List<FactoredTerm> factored(Node.Product product) {
    return product.factors().stream().map(factor -> builder.factored(operand(factor))).toList();
  }

  /** In a value of the text x / x stays as it is where x may be zero. */
  private boolean mayCancelZero(FactoredTerm a, FactoredTerm b) {
    return b.powers().entrySet().stream().anyMatch(factor -> a.exponent(factor.getKey()).signum() * factor.getValue().signum() < 0
        && !builder.judge().isNonzero(factor.getKey()));
  }

  @Override
  public View power(Node.Power power) {
    return builder.product(builder.factored(operand(power.base()), power.exponent()));
  }

  @Override
  public View apply(Node.Apply apply) {
    View value = builder.apply(apply.fn(), apply.arguments().stream().map(this::operand).toList());
    return apply.fn() == Fn.WHERE && !isForward ? builder.product(builder.factored(value)) : value;
  }

  @Override
  public View max(Node.Max max) {
    return builder.max(max.loops(), max.rank(), operand(max.argument()));
  }

  @Override
  public View derivative(Node.Derivative derivative) {
    throw new IllegalStateException("autodiff has not run");
  }
}
