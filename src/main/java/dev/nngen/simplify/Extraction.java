package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Rewrites;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.simplify.FormChoice.Form;
import dev.nngen.simplify.algebra.RationalFunction;
import dev.nngen.simplify.rules.RewriteRule;
import dev.nngen.simplify.rules.RuleTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Extraction: writes every value in the best of its forms. The first form is that of the text or the chain rule, over operands that are already
 * written; rules propose others. A form is better if it is finite where another is not, then if it is more accurate, then if it costs less. Among
 * equally good forms the first is chosen.
 */
final class Extraction implements Node.Visitor<View> {

  private final Graph source;
  private final NormalForms normalForms;
  private final FormBuilder builder;
  private final AvailableExpressions available;
  private final RationalForms rationals;
  private final Exponentials exponentials;
  private final LogarithmForms logarithms;
  private final PartialSums partialSums;
  private final PartialSums scaledSums;
  private final AccuracyEstimate accuracy;
  private final FormChoice choice;
  private final RuleForms rules;
  private final ProductForms products;
  /** The cost of forms if sums that are computed already cost nothing. */
  private final FormCost costBySums;
  private final List<View> written = new ArrayList<>();
  private final Map<Integer, View> byClass = new HashMap<>();
  private final Set<Integer> settled = new HashSet<>();
  private final Set<Integer> forwardNodes = new HashSet<>();
  private final Set<Integer> namedForward = new LinkedHashSet<>();
  /** Unnamed values of the text. They count as exact in the backward pass only. */
  private final List<Integer> unnamed = new ArrayList<>();
  /** Functions of the text that the forward pass does not compute. */
  private List<Integer> dropped = List.of();
  private boolean[] forward;
  private ValueUses uses;
  private boolean[] isChanged;
  private RoundForms rounds;
  private boolean isForward;

  private Extraction(Graph source, NormalForms normalForms, List<RewriteRule.Compiled> table) {
    this.source = source;
    this.normalForms = normalForms;
    this.builder = new FormBuilder(normalForms);
    this.available = builder.available();
    this.exponentials = new Exponentials(builder, this::known);
    this.rationals = new RationalForms(builder, available, exponentials);
    ExponentShifts shifts = new ExponentShifts(builder, exponentials);
    this.logarithms = new LogarithmForms(builder, rationals, exponentials, shifts);
    this.partialSums = new PartialSums(normalForms, builder);
    this.scaledSums = new PartialSums(normalForms, builder);
    SampledValues values = new SampledValues(builder.graph(), leaf -> normalForms.classBounds.ofClass(
        normalForms.atomTable.classOf(normalForms.leaf(leaf)).node()), Gathers.picking(source));
    this.accuracy = new AccuracyEstimate(builder.graph(), values);
    FormCost cost = new FormCost(builder.graph(), node -> available.contains(node) || settled.contains(node), this::isReadFromForward);
    this.costBySums = new FormCost(builder.graph(), node -> available.contains(node) || settled.contains(node) || partialSums.isComputed(node) || scaledSums.isComputed(node),
        this::isReadFromForward);
    this.choice = new FormChoice(accuracy, cost, new FormAgreement(accuracy, values, builder.graph()), builder.judge());
    this.rules = new RuleForms(builder, new RuleMatcher(builder, exponentials), table);
    this.products = new ProductForms(builder, choice, rules, rationals, exponentials, shifts, this::summed, this::known);
  }

  private boolean isReadFromForward(int node) {
    return !isForward && forwardNodes.contains(node);
  }

  /** Returns the graph of all named values except sides of claims, with the same names. */
  static Graph extract(Graph source, NormalForms normalForms) {
    return extract(source, normalForms, RuleTable.get().compiled());
  }

  /** Extracts with other rules than those of the table. */
  static Graph extract(Graph source, NormalForms normalForms, List<RewriteRule.Compiled> rules) {
    return new Extraction(source, normalForms, rules).run();
  }

  /** Returns the names of the rules that propose a form of a value of the graph. */
  static Set<String> offered(Graph source, NormalForms normalForms) {
    Extraction extraction = new Extraction(source, normalForms, RuleTable.get().compiled());
    extraction.run();
    return extraction.choice.offered();
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
    rounds = new RoundForms(source, builder.graph(), forward, id -> List.of(normalForms.declared(id), named.contains(id), values.contains(id), uses.isEnd(id),
        uses.isShared(id), uses.isMultiplied(id), uses.isOnlySummed(id)), written::get);
    int last = IntStream.range(0, source.size()).filter(id -> forward[id]).max().orElse(-1);
    for (int id = 0; id < source.size(); id++) {
      written.add(needed[id] ? write(id, values.contains(id)) : null);
      if (id == last) {
        retainForward();
      }
    }
    names.forEach((name, value) -> builder.graph().name(name, named(value, isParametersGradient(name))));
    builder.graph().log(new Rewrites(steps(names, named), choice.rejected()));
    return trimmed();
  }

  private static boolean isWritten(ValueName name) {
    return switch (name.role()) {
      case VALUE, PREDICTED, NEXT, GRADIENT -> true;
      case CLAIM, INTERNAL -> false;
    };
  }

  /** Returns the rules by which named values and their unnamed parts were written. */
  private Map<String, List<Rewrites.Step>> steps(Map<String, Graph.Value> names, Set<Integer> named) {
    Map<String, List<Rewrites.Step>> steps = new LinkedHashMap<>();
    names.forEach((name, value) -> {
      Set<Integer> seen = new HashSet<>();
      Set<Rewrites.Step> found = new LinkedHashSet<>();
      Deque<Integer> open = new ArrayDeque<>(List.of(value.node()));
      while (!open.isEmpty()) {
        int id = open.pop();
        if (seen.add(id) && written.get(id) != null) {
          choice.origin(written.get(id)).forEach(rule -> found.add(new Rewrites.Step(rule.name(), rule.condition())));
          source.node(id).operands().stream().map(View::node).filter(operand -> !named.contains(operand)).forEach(open::push);
        }
      }
      if (!found.isEmpty()) {
        steps.put(name, List.copyOf(found));
      }
    });
    return steps;
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
    return value.rewire(view);
  }

  /** Returns the value with its axes in the order of the view. A gradient has the axes of its parameter. */
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

  /** Returns the node over other loops, with unchanged operands. */
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

  /** Returns a graph without forms that were not chosen. */
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
    kept.log(all.rewrites());
    return kept.build();
  }

  // ---- one value ----

  private View write(int id, boolean isNamed) {
    isForward = forward[id];
    exponentials.forgetParts();
    products.start(isForward);
    choice.setSummed(uses.isOnlySummed(id));
    builder.setDerived(!isForward);
    if (!isForward) {
      unnamed.forEach(accuracy::fix);
      unnamed.clear();
    }
    Node node = source.node(id);
    RationalFunction form = normalForms.of(id);
    if (form.isConstant() && !(node instanceof Node.Leaf) && !mayFailByRounding(node)) {
      return builder.number(form.coefficient());
    }
    View view = node instanceof Node.Leaf ? node.accept(this) : asInRoundBefore(id, node).orElseGet(() -> searched(id, node, isNamed));
    builder.choose(view);
    settle(id, view, isNamed);
    if (!(node instanceof Node.Leaf)) {
      rounds.learn(id, view);
    }
    return view;
  }

  /** Returns the best form found. */
  private View searched(int id, Node node, boolean isNamed) {
    View seed = checked(node, node.accept(this));
    View best = selectForm(id, seed);
    isChanged[id] = !isNamed && (!best.equals(seed)
        || node.operands().stream().anyMatch(operand -> isChanged[operand.node()] && !isReduction(node)));
    return best;
  }

  /** Returns the form of the same value in the previous round; empty if there is none, or if it differs at ordinary points. */
  private Optional<View> asInRoundBefore(int id, Node node) {
    OptionalInt before = rounds.before(id);
    Optional<View> form = before.isEmpty() ? Optional.empty() : rounds.form(id).filter(view -> choice.agree(view, plain(node)));
    form.ifPresent(view -> {
      isChanged[id] = isChanged[before.getAsInt()];
      choice.adopt(written.get(before.getAsInt()), view);
    });
    return form;
  }

  /** Removes values that are not computed from the available expressions: the text's form of a value that is written in another form. */
  private void retainForward() {
    Set<Integer> kept = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(namedForward);
    while (!open.isEmpty()) {
      int node = open.pop();
      if (kept.add(node)) {
        builder.graph().node(node).operands().forEach(operand -> open.push(operand.node()));
      }
    }
    dropped = forwardNodes.stream().filter(node -> !kept.contains(node) && builder.graph().node(node) instanceof Node.Apply).sorted().toList();
    forwardNodes.retainAll(kept);
    unnamed.retainAll(kept);
    byClass.values().removeIf(view -> !kept.contains(view.node()));
    available.retain(kept);
    rationals.retain(kept);
    namedForward.stream().filter(available::contains).forEach(node -> rationals.learnSums(View.identity(node, builder.graph().node(node).rank())));
    dropped.forEach(node -> rationals.learnFunction(View.identity(node, builder.graph().node(node).rank())));
  }

  /**
   * Returns the seed, or the source's form if they differ at ordinary points. Values with declared equalities are not compared, because the points do
   * not satisfy these.
   */
  private View checked(Node node, View seed) {
    return normalForms.hasEqualities() ? seed : choice.checked(seed, plain(node));
  }

  /** Returns the value in the source's form. */
  private View plain(Node node) {
    return View.identity(builder.graph().add(node.withOperands(node.operands().stream().map(this::operand).toList())), node.rank());
  }

  /** True for a > b that holds for real numbers but may fail by rounding, as e^x > 0 does if e^x underflows. */
  private boolean mayFailByRounding(Node node) {
    if (!(node instanceof Node.Apply apply) || apply.fn() != Fn.GREATER) {
      return false;
    }
    RationalFunction difference = normalForms.arithmetic.minus(normalForm(apply.arguments().get(0)), normalForm(apply.arguments().get(1)));
    return !difference.isConstant() && normalForms.classBounds.of(difference).low() == 0;
  }

  private RationalFunction normalForm(View view) {
    return normalForms.atomTable.rewire(normalForms.of(view.node()), view.axes());
  }

  private View selectForm(int id, View seed) {
    List<Form> forms = new ArrayList<>();
    forms.addAll(Form.by("available-value", known(normalForms.of(id)).stream().toList()));
    Node node = source.node(id);
    if (node instanceof Node.Apply apply && (apply.fn() == Fn.LOG || apply.fn() == Fn.LOG1P)) {
      forms.addAll(logarithms(apply.fn(), operand(apply.arguments().get(0))));
    }
    View best = choice.select(seed, forms);
    best = node instanceof Node.Product product && product.isSumming() && !isForward ? byPartialSums(product.loops(), product.rank(), factored(product), best) : best;
    if (!(node instanceof Node.Apply) && !isReduction(node)) {
      best = products.improved(best);
      boolean isRewritten = source.node(id).operands().stream().anyMatch(operand -> isChanged[operand.node()]);
      if (uses.isEnd(id) && (!isForward || isRewritten) || isForward && choice.isDoubtful(best)) {
        best = products.improved(rewritten(id, best, isRewritten));
      } else if (!isForward && uses.isArgument(id) && readsDropped(best)) {
        View form = products.improved(rewritten(id, best, isRewritten));
        best = choice.keepsDigits(form, best) ? form : best;
      }
    }
    // Users of a value that is neither named nor summed read its factors, and exponentials may cancel there.
    return isForward || isReduction(node) || uses.isEnd(id) ? products.finite(best) : best;
  }

  /** True if a function of the text occurs that the forward pass does not compute, since the value in which it occurred has another form. */
  private boolean readsDropped(View view) {
    Deque<Integer> open = new ArrayDeque<>(List.of(view.node()));
    Set<Integer> seen = new HashSet<>();
    while (!open.isEmpty()) {
      int node = open.pop();
      if (dropped.contains(node)) {
        return true;
      }
      if (seen.add(node) && !available.contains(node) && !settled.contains(node)) {
        builder.graph().node(node).operands().forEach(operand -> open.push(operand.node()));
      }
    }
    return false;
  }

  /** Returns forms of a logarithm, with the rules applied to the logarithms in them. */
  private List<Form> logarithms(Fn fn, View argument) {
    List<Form> forms = new ArrayList<>(fn == Fn.LOG ? Form.by("log-of-product", logarithms.of(argument)) : Form.by("log-of-product", logarithms.ofOneAnd(argument)));
    forms.addAll(fn == Fn.LOG ? Form.by("log-of-picked", logarithms.ofPicked(argument)) : List.of());
    forms.addAll(rules.of(builder.apply(fn, List.of(argument))));
    return rules.closure(forms);
  }

  /** Returns the cheapest form over sums that are computed already. A sum of three factors takes two steps in any form, so accuracy does not decide. */
  private View byPartialSums(List<Extent> loops, int rank, List<FactoredTerm> factors, View view) {
    List<View> forms = Stream.of(partialSums, scaledSums).flatMap(sums -> builder.byPartialSums(loops, rank, factors, sums).stream()).toList();
    return choice.cheapest(view, Form.by("computed-sum", forms), costBySums);
  }

  /** Writes a sum of a form with lowered exponents. Later sums of such forms may contain it. */
  private View summed(List<Extent> loops, int rank, List<FactoredTerm> factors) {
    View sum = byPartialSums(loops, rank, factors, builder.contraction(loops, rank, factors));
    scaledSums.learn(sum);
    return sum;
  }

  /**
   * Returns the value as a rational function with cancellation. Available values are expanded only if that is cheaper. A value of the text is
   * rewritten only if the result is proved equal and more accurate.
   */
  private View rewritten(int id, View view, boolean isRewritten) {
    View best = view;
    boolean isOfNamed = isForward && rationals.reading().of(view, false).variables().stream().anyMatch(variable -> available.contains(rationals.reading().view(variable).node()));
    for (boolean isTransparent : isOfNamed ? List.of(false) : List.of(false, true)) {
      for (View form : rationals.rewritten(view, isTransparent).stream().map(rules::exact).map(products::improved).toList()) {
        boolean isTaken = isForward ? isProved(id, form) && (isRewritten || choice.isMoreExact(form, best))
            : !isTransparent || choice.isCheaper(form, best);
        best = isTaken ? choice.select(best, Form.by("cancel-factors", List.of(form))) : best;
      }
    }
    return best;
  }

  /** True if the form is proved equal to a value of the text. */
  private boolean isProved(int id, View form) {
    return normalForms.arithmetic.minus(builder.judge().of(form), normalForms.of(id)).isZero();
  }

  static boolean isReduction(Node node) {
    return node.loops().size() > node.rank();
  }

  /** The available value that has a normal form. */
  private Optional<View> known(RationalFunction form) {
    View view = normalForms.atomTable.classOf(form);
    return Optional.ofNullable(byClass.get(view.node())).map(value -> value.rewire(view.axes()));
  }

  /** Returns the normal form of a value over the axes of its written node. */
  private RationalFunction normalForm(int id, View view) {
    List<Integer> own = new ArrayList<>();
    for (int axis = 0; axis < source.node(id).rank(); axis++) {
      own.add(Math.max(0, view.axes().indexOf(axis)));
    }
    return normalForms.atomTable.rewire(normalForms.of(id), own);
  }

  /** Records the chosen form of a value for later values. */
  private void settle(int id, View view, boolean isNamed) {
    Node node = builder.node(view);
    if (view.axes().size() > view.axes().stream().distinct().count()) {
      // A diagonal is an operand that is settled already, and its form does not hold for other entries.
      return;
    }
    builder.judge().declare(view.node(), normalForm(id, view));
    if (node.operands().isEmpty() && !(node instanceof Node.Leaf)) {
      return;
    }
    if (isReduction(source.node(id))) {
      partialSums.learn(view);
    }
    if (!isForward) {
      builder.factored(view).powers().keySet().forEach(factor -> accuracy.renew(factor.node()));
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
      namedForward.add(view.node());
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
      View own = normalForms.atomTable.classOf(normalForms.of(id));
      List<Integer> back = view.axes();
      if (own.axes().size() == back.size()) {
        byClass.putIfAbsent(own.node(), FormBuilder.inverse(view, own.axes()));
      }
    }
  }

  /** Returns the factors of a product of the text. */
  private Optional<FactoredTerm> definition(Node node) {
    if (node instanceof Node.Product product && !product.isSumming()) {
      FactoredTerm term = FactoredTerm.ONE;
      for (View factor : product.factors()) {
        term = term.times(builder.factored(operand(factor)));
      }
      return Optional.of(term);
    }
    return node instanceof Node.Power power ? Optional.of(builder.factored(operand(power.base()), power.exponent())) : Optional.empty();
  }

  private View operand(View view) {
    return written.get(view.node()).rewire(view.axes());
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
      return builder.contraction(product.loops(), product.rank(), factors, isForward ? UnaryOperator.identity() : products::operandForm);
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

  /** False for x / x in a value of the text if x may be zero. */
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
}
