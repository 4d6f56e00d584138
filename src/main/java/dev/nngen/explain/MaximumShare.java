package dev.nngen.explain;

import dev.nngen.formula.Formula;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import dev.nngen.simplify.Equality;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a subtracted maximum, {@code exp(Z - colmax(Z))}, passes back is its slope times a sum; where that sum is zero, as in
 * a softmax, the term is left out. The slope is shown by a name only, since it is long and does not matter.
 */
final class MaximumShare {

  private final Workbench bench;
  private final Lowered differentiated;
  private final Map<Integer, String> names;
  private final Set<Integer> named;
  private Equality equality;

  MaximumShare(Workbench bench, Lowered differentiated, Set<Integer> named) {
    this.bench = bench;
    this.differentiated = differentiated;
    this.names = Naming.chosen(differentiated.graph());
    this.named = named;
  }

  /**
   * A term {@code sum .* slope} of which the sum is zero.
   *
   * @param place the term's number
   * @param argument the value whose maximum it is
   */
  private record Share(int place, Rational coefficient, View sum, View slope, View maximum, String argument) {}

  /** The line with the slope by name, and the line without that term; empty where there is none that is zero. */
  Optional<List<Draft>> without(Draft line) {
    Graph.Value value = line.value();
    return bench.builder().node(value.node()) instanceof Node.Sum sum && sum.terms().size() > 1
        ? share(sum).map(share -> List.of(withName(line, sum, share), dropped(value, sum, share))) : Optional.empty();
  }

  private Draft withName(Draft line, Node.Sum sum, Share share) {
    String name = bench.builder().names().containsKey("M") ? "M_max" : "M";
    String slope = Lowered.gradientName(name, share.argument());
    Graph.Value value = line.value();
    bench.locals().put(slope, placed(value, share.slope()));
    List<Term> terms = new ArrayList<>(sum.terms());
    int product = bench.algebra().product(sum.shape(), share.sum(), share.slope());
    terms.set(share.place(), new Term(share.coefficient(), bench.algebra().view(product)));
    int node = bench.builder().add(new Node.Sum(sum.shape(), sum.constant(), terms));
    return Draft.symbolic(value.at(node), slope,
        writer -> line.why().apply(writer).and(Phrase.equation(new Formula.Name(name), writer.formula(placed(value, share.maximum())))));
  }

  private Draft dropped(Graph.Value value, Node.Sum sum, Share share) {
    List<Term> terms = new ArrayList<>(sum.terms());
    terms.remove(share.place());
    boolean plain = terms.size() == 1 && sum.constant().isZero() && terms.get(0).coefficient().isOne();
    int node = plain ? bench.algebra().materialize(sum.shape(), terms.get(0).view())
        : bench.builder().add(new Node.Sum(sum.shape(), sum.constant(), terms));
    return new Draft(value.at(node), Rule.MAXIMUM,
        writer -> Phrase.equation(writer.formula(placed(value, share.sum())), Formula.ZERO));
  }

  private Optional<Share> share(Node.Sum sum) {
    for (int place = 0; place < sum.terms().size(); place++) {
      Term term = sum.terms().get(place);
      Factors factors = new Factors(bench.builder(), named).times(term.coefficient()).times(term.view(), 1);
      Optional<View> hit = factors.powers().keySet().stream().filter(this::isHit).findFirst();
      if (hit.isPresent()) {
        Optional<Share> share = share(place, sum, factors, hit.get());
        if (share.isPresent()) {
          return share;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Share> share(int place, Node.Sum sum, Factors factors, View hit) {
    View argument = operand(hit, 0);
    if (!names.containsKey(argument.node())) {
      return Optional.empty();
    }
    return factors.powers().keySet().stream().filter(view -> factors.powers().get(view) == 1 && isZero(view)).findFirst().map(zero -> {
      factors.remove(zero);
      View slope = bench.algebra().view(factors.over(sum.shape()));
      return new Share(place, factors.coefficient(), zero, slope, operand(hit, 1), names.get(argument.node()));
    });
  }

  /** True for {@code Z == colmax(Z)}. */
  private boolean isHit(View view) {
    return bench.builder().node(view.node()) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL
        && bench.builder().node(apply.arguments().get(1).node()) instanceof Node.Max;
  }

  private View operand(View view, int number) {
    return bench.builder().node(view.node()).operands().get(number).through(view.axes());
  }

  private boolean isZero(View view) {
    if (view.node() >= differentiated.graph().size()) {
      return false;
    }
    if (equality == null) {
      equality = new Equality(differentiated.graph(), differentiated.facts());
    }
    return equality.isZero(view.node()) || isZeroWhatever(view.node());
  }

  /** True where the sum is zero whatever the values are that it is made of, but for gradients that it mentions. */
  private boolean isZeroWhatever(int node) {
    Graph graph = differentiated.graph();
    Set<Integer> given = new LinkedHashSet<>(names.keySet());
    bench.mentioned(node, names.keySet()).stream().filter(other -> Naming.isGradient(names.get(other))).forEach(given::remove);
    Ranges ranges = new Ranges(new Graph.Builder(graph), differentiated.facts());
    return new Excerpt(graph, given, Map.of(), ranges).isZero(node);
  }

  /** A view over the axes of a matrix as a matrix that lies like it. */
  private static Graph.Value placed(Graph.Value like, View view) {
    return like.through(view);
  }
}
