package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a graph for meanings. Each class is written once, in the cheapest of the forms known for it: as the user wrote it,
 * or as its algebra says, with exponentials expressed by values that the forward pass keeps. Forms that may overflow on the
 * way are taken only where there is no other.
 */
final class Extraction {

  private final Graph source;
  private final Meanings meanings;
  private final Universe universe;
  private final Kept kept;
  private final KeptFactors keptFactors;
  private final Cost cost;
  private final Assembly assembly = new Assembly();
  private final Graph.Builder target = assembly.graph();
  private final FormWriter writer;
  private final FormSearch search;
  private final Overflow overflow;
  private final Conditioning conditioning;
  private final Preference preference;
  private final Map<Integer, Integer> written = new HashMap<>();
  /** The classes that nodes are written for, and those that they are forms of, taken or not. */
  private final Map<Integer, Integer> classes = new HashMap<>();
  private final Map<Integer, Integer> forms = new HashMap<>();
  private final Map<Integer, Integer> userForms = new HashMap<>();
  private final Map<Integer, Integer> chainForms = new HashMap<>();
  private final Map<Integer, RationalFunction> cheapest = new HashMap<>();
  private final Set<Integer> started = new HashSet<>();
  private final Set<Integer> open = new HashSet<>();
  private final Set<Integer> free = new HashSet<>();

  private Extraction(Graph source, Meanings meanings) {
    this.source = source;
    this.meanings = meanings;
    this.universe = meanings.universe;
    Stability stability = new Stability(meanings);
    this.kept = new Kept(universe, meanings.domains, meanings.ring);
    this.keptFactors = new KeptFactors(universe, meanings.domains);
    this.cost = new Cost(universe, target, free, written::containsKey);
    this.writer = new FormWriter(meanings, stability, assembly, this::write, this::scaleOf, written::containsKey,
        this::isOpen);
    this.search = new FormSearch(meanings, stability, kept, keptFactors, cost, writer.exponentials(), this::cheapest);
    this.overflow = new Overflow(target, node -> forms.containsKey(node)
        && meanings.domains.isNeverPositive(universe.meaning(forms.get(node))),
        node -> forms.containsKey(node) ? meanings.domains.ofClass(forms.get(node)) : Interval.REALS);
    this.conditioning = new Conditioning(target, leaf -> meanings.domains.ofClass(leafClass(leaf)));
    this.preference = new Preference(cost, overflow, conditioning);
  }

  private int leafClass(Node.Leaf leaf) {
    return universe.classOf(meanings.leaf(leaf)).node();
  }

  /** The graph of all named values but those of claims, in their cheapest stable forms, with the same names. */
  static Graph extract(Graph source, Meanings meanings) {
    return new Extraction(source, meanings).run();
  }

  private Graph run() {
    Map<String, Graph.Value> names = new LinkedHashMap<>(source.names());
    names.keySet().removeIf(name -> name.indexOf(' ') >= 0 && !name.startsWith("next "));
    List<Integer> roots = names.values().stream().map(Graph.Value::node).toList();
    Set<Integer> forward = new TreeSet<>();
    names.forEach((name, value) -> {
      if (name.indexOf('/') < 0) {
        forward.add(value.node());
      }
    });
    writeForward(forward);
    writeBackward(source.reachable(roots));
    names.forEach((name, value) -> target.name(name, named(value)));
    return assembly.build();
  }

  /** Writes the named values in order; what the user wrote between them is written where it is the best form. */
  private void writeForward(Set<Integer> named) {
    boolean[] needed = source.reachable(named);
    for (int id = 0; id < source.size(); id++) {
      if (needed[id]) {
        int classId = viewOf(id).node();
        userForms.putIfAbsent(classId, id);
        if (named.contains(id) || isReduction(source.node(id))) {
          keep(write(classId));
          keepFactors(target.node(write(classId)));
        } else if (source.node(id) instanceof Node.Sum) {
          kept.keepSum(classId);
        }
        if (named.contains(id)) {
          assembly.keepWhole(write(classId));
        }
      }
    }
    forgetCheap();
    boolean[] kept = target.build().reachable(List.copyOf(free));
    for (int node = 0; node < kept.length; node++) {
      if (kept[node] && classes.containsKey(node) && !free.contains(node)) {
        keep(node);
      }
    }
  }

  /**
   * Cheap values without a name are computed again where they are needed, which reads better and takes no memory. What a
   * maximum is taken of stays as it is: in another form no entry might equal the maximum to the last bit.
   */
  private void forgetCheap() {
    Set<Integer> compared = new HashSet<>();
    for (int node = 0; node < target.size(); node++) {
      if (target.node(node) instanceof Node.Max max) {
        compared.add(max.argument().node());
      }
    }
    written.values().removeIf(node -> !free.contains(node) && !compared.contains(node)
        && (target.node(node) instanceof Node.Sum || target.node(node) instanceof Node.Power
            || target.node(node) instanceof Node.Product product && !product.isSumming()));
  }

  /** What a matrix product multiplies lies in memory, so the tanh in V tanh(Z) is there for the next derivative. */
  private void keepFactors(Node node) {
    if (node instanceof Node.Product product && product.isSumming() && product.factors().size() > 1) {
      product.factors().stream().filter(factor -> target.node(factor.node()) instanceof Node.Apply).forEach(factor -> keep(factor.node()));
    }
  }

  private void keep(int node) {
    free.add(node);
    if (classes.containsKey(node)) {
      int classId = classes.get(node);
      boolean isInfinite = overflow.isInfinite(node);
      new LinkedHashSet<>(List.of(universe.meaning(classId), cheapest(classId))).forEach(form -> keptFactors.keep(classId, form, isInfinite));
      if (!isInfinite) {
        kept.keep(classId);
      }
    }
  }

  /**
   * Writes the sums of the backward pass in order, so that no recursion is deeper than from one to the next; matrix products
   * first, since row sums can use their operands.
   */
  private void writeBackward(boolean[] needed) {
    for (int id = 0; id < source.size(); id++) {
      if (needed[id]) {
        chainForms.putIfAbsent(viewOf(id).node(), id);
      }
    }
    for (boolean products : List.of(true, false)) {
      for (int id = 0; id < source.size(); id++) {
        if (needed[id] && isReduction(source.node(id)) && isMatrixProduct(meanings.of(id)) == products) {
          write(viewOf(id).node());
        }
      }
    }
  }

  private boolean isMatrixProduct(RationalFunction meaning) {
    return meaning.variables().stream()
        .anyMatch(v -> universe.definitionOf(v) instanceof Node.Product product && product.factors().size() > 1);
  }

  private static boolean isReduction(Node node) {
    return node instanceof Node.Max || node instanceof Node.Product product && product.isSumming();
  }

  private View viewOf(int id) {
    return universe.classOf(meanings.of(id));
  }

  private Graph.Value named(Graph.Value value) {
    View view = viewOf(value.node());
    int node = write(view.node());
    List<Extent> shape = source.node(value.node()).shape();
    if (view.axes().size() != shape.size()) {
      int broadcast = assembly.scaled(Rational.ONE, new View(node, view.axes()), shape);
      return new Graph.Value(broadcast, value.row(), value.column());
    }
    return new Graph.Value(node, view.axes().indexOf(value.row()), view.axes().indexOf(value.column()));
  }

  /**
   * The node that holds a class, over the class's own axes. Where the cheapest form of a part leads back to the class that it is
   * a part of, that part is written as its meaning says.
   */
  private int write(int classId) {
    Integer known = written.get(classId);
    if (known != null) {
      return known;
    }
    boolean opens = open.add(classId);
    int node = started.add(classId) ? best(classId) : again(classId, opens);
    if (opens) {
      open.remove(classId);
    }
    return node;
  }

  /** Chooses the form of a class that is met for the first time. */
  private int best(int classId) {
    OptionalInt user = form(userForms.get(classId));
    int node = user.isEmpty() ? orChain(algebraic(classId), classId)
        : isPlain(user.getAsInt()) || preference.keepsUser(user.getAsInt(), cost.of(cheapest(classId))) ? user.getAsInt()
        : preference.userOrAlgebraic(user.getAsInt(), algebraic(classId));
    written.put(classId, node);
    classes.putIfAbsent(known(node, classId), classId);
    return node;
  }

  /**
   * Writes a class that is being written, or was and is forgotten; a polynomial as the user wrote it where that is shorter, so
   * that 1 + (Z - Y)^2 is not multiplied out where it is needed again.
   */
  private int again(int classId, boolean isForgotten) {
    int node = writer.write(universe.meaning(classId), universe.shape(classId));
    boolean isPolynomial = universe.meaning(classId).factors().values().stream().allMatch(exponent -> exponent > 0);
    OptionalInt user = isForgotten && isPolynomial ? form(userForms.get(classId)) : OptionalInt.empty();
    if (user.isPresent() && !overflow.isLost(user.getAsInt()) && preference.isCheaper(user.getAsInt(), node)) {
      return user.getAsInt();
    }
    return isForgotten && conditioning.isDoubtful(node) ? algebraic(classId) : node;
  }

  private boolean isOpen(int classId) {
    return open.contains(classId);
  }

  /** A form of the user's that needs no comparison: a leaf, a number, a matrix product. */
  private boolean isPlain(int node) {
    Node form = target.node(node);
    boolean contraction = form instanceof Node.Product product && product.isSumming() && product.factors().size() > 1;
    return (form instanceof Node.Leaf || form.operands().isEmpty() || contraction) && !overflow.isLost(node);
  }

  /** What the chain rule says, where the algebra's form has grown much longer or loses digits that the chain rule's keeps. */
  private int orChain(int algebraic, int classId) {
    if (preference.isGood(algebraic) || !chainForms.containsKey(classId)) {
      return algebraic;
    }
    OptionalInt chain = form(chainForms.get(classId));
    return chain.isPresent() && preference.isChainBetter(chain.getAsInt(), algebraic) ? chain.getAsInt() : algebraic;
  }

  /** The source's node over the written operands; empty where the source has none, or one whose operands are being written. */
  private OptionalInt form(Integer id) {
    if (id == null) {
      return OptionalInt.empty();
    }
    View view = viewOf(id);
    Node node = source.node(id);
    if (view.axes().size() != node.rank()) {
      return OptionalInt.empty();
    }
    List<Integer> moved = new ArrayList<>();
    for (int axis = 0; axis < node.loops().size(); axis++) {
      moved.add(axis < node.rank() ? view.axes().indexOf(axis) : axis);
    }
    List<View> operands = new ArrayList<>();
    for (View operand : node.operands()) {
      View own = viewOf(operand.node()).through(operand.axes());
      if (isOpen(own.node())) {
        return OptionalInt.empty();
      }
      operands.add(new View(write(own.node()), own.axes()));
    }
    return OptionalInt.of(known(assembly.add(node, moved, operands), view.node()));
  }

  private int algebraic(int classId) {
    return known(writer.write(cheapest(classId), universe.shape(classId)), classId);
  }

  /** A node as a form of a class, whose bounds then count for it. */
  private int known(int node, int classId) {
    forms.putIfAbsent(node, classId);
    return node;
  }

  /** The cheapest form of a class; its meaning while that is looked for. */
  private RationalFunction cheapest(int classId) {
    RationalFunction meaning = universe.meaning(classId);
    if (cheapest.putIfAbsent(classId, meaning) == null) {
      cheapest.put(classId, search.cheapest(meaning).merged());
    }
    return cheapest.get(classId);
  }

  /** The number by which a class is best multiplied before it is written; one for what is there already. */
  private Rational scaleOf(int classId) {
    if (written.containsKey(classId) || userForms.containsKey(classId) || universe.isWhole(classId)) {
      return Rational.ONE;
    }
    RationalFunction form = cheapest(classId);
    return writer.scale(form).over(form.coefficient());
  }
}
