package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Numbers variables, atoms and classes. A <em>variable</em> of a rational function is an entry of an atom at certain loop axes. An <em>atom</em> is
 * an opaque primitive: a leaf, a function, or a sum over axes, whose operands are classes. A <em>class</em> is a normal form over its own axes, each
 * form once. So equal values have equal numbers.
 */
final class AtomTable implements Gathers.Vocabulary {

  /** A product with more terms is not multiplied out to find its class. */
  private static final int MAX_KEY_TERMS = 64;

  /** The same bound for proofs. */
  private static final int MAX_KEY_TERMS_EXPANDED = 1000;
  /** If more axes are alike, not all their orders are compared with existing classes. */
  private static final int MAX_CELL = 4;

  private final boolean expanding;
  private final Symmetries symmetries = new Symmetries(this);
  private final List<Node> atoms = new ArrayList<>();
  private final Map<Node, Integer> atomIds = new HashMap<>();
  private final List<View> variables = new ArrayList<>();
  private final Map<View, Integer> variableIds = new HashMap<>();
  private final List<RationalFunction> normalForms = new ArrayList<>();
  private final List<List<Extent>> shapes = new ArrayList<>();
  private final Map<RationalFunction, View> classIds = new HashMap<>();
  private final Map<RationalFunction, View> seen = new HashMap<>();
  /** Classes that represent themselves and their negations. */
  private final Set<Integer> leading = new HashSet<>();

  /**
   * @param expanding true for proofs, which use symmetries of axes
   */
  AtomTable(boolean expanding) {
    this.expanding = expanding;
  }

  Symmetries symmetries() {
    return symmetries;
  }

  /** Returns the number of an atom, whose operands are views of classes. */
  int atom(Node definition) {
    Integer known = atomIds.get(definition);
    if (known != null) {
      return known;
    }
    int atom = atoms.size();
    atoms.add(definition);
    atomIds.put(definition, atom);
    if (expanding) {
      symmetries.learn(atom, definition);
    }
    return atom;
  }

  Node definition(int atom) {
    return atoms.get(atom);
  }

  @Override
  public int variable(View atom) {
    return variableIds.computeIfAbsent(symmetries.leastOfAtom(atom), a -> {
      variables.add(a);
      return variables.size() - 1;
    });
  }

  /** Returns the atom and axes of a variable. */
  @Override
  public View view(int variable) {
    return variables.get(variable);
  }

  /** Returns the definition of a variable's atom. */
  Node definitionOf(int variable) {
    return atoms.get(variables.get(variable).node());
  }

  @Override
  public Node node(int variable) {
    return definitionOf(variable);
  }

  @Override
  public RationalFunction of(View operand) {
    return normalForm(operand);
  }

  /** True if a variable is an entry of an application of the function. */
  boolean isApplied(Fn fn, int variable) {
    return definitionOf(variable) instanceof Node.Apply apply && apply.fn() == fn;
  }

  /** Returns the class of such a variable's argument, over the variable's axes. */
  View argumentOf(int variable) {
    return ((Node.Apply) definitionOf(variable)).arguments().get(0).rewire(view(variable).axes());
  }

  /** Returns the entry of a new or existing atom as a rational function. */
  RationalFunction entry(Node definition, List<Integer> axes) {
    return RationalFunction.variable(variable(new View(atom(definition), axes)));
  }

  /** Returns the function as an opaque variable: an atom that is a sum with its class as the only term. */
  RationalFunction opaque(RationalFunction function) {
    View view = classOf(function);
    return entry(opaque(view.node()), view.axes());
  }

  RationalFunction normalForm(int classId) {
    return normalForms.get(classId);
  }

  List<Extent> shape(int classId) {
    return shapes.get(classId);
  }

  /** Returns the normal form of a viewed class over the consumer's axes. */
  RationalFunction normalForm(View view) {
    return rewire(normalForm(view.node()), view.axes());
  }

  /** True for a class that has an opaque variable. */
  boolean isOpaque(int classId) {
    return atomIds.containsKey(opaque(classId));
  }

  private Node opaque(int classId) {
    List<Extent> shape = shape(classId);
    return new Node.Sum(shape, Rational.ZERO, List.of(new Node.Term(Rational.ONE, View.identity(classId, shape.size()))));
  }

  /** Returns a viewed class as its opaque variable if it has one, else as its normal form. */
  RationalFunction value(View view) {
    return isOpaque(view.node()) ? entry(opaque(view.node()), view.axes()) : normalForm(view);
  }

  /** Returns the function in an outer loop nest, whose axis {@code outer.get(i)} is axis {@code i} here. */
  RationalFunction rewire(RationalFunction function, List<Integer> outer) {
    for (int i = 0; i < outer.size(); i++) {
      if (outer.get(i) != i) {
        return function.renamed(v -> variable(view(v).rewire(outer)));
      }
    }
    return function;
  }

  /** Returns the loop axes on which the function depends. */
  SortedSet<Integer> axes(RationalFunction function) {
    return axesOf(function.variables());
  }

  SortedSet<Integer> axes(Polynomial polynomial) {
    return axesOf(polynomial.variables());
  }

  private SortedSet<Integer> axesOf(SortedSet<Integer> of) {
    SortedSet<Integer> axes = new TreeSet<>();
    of.forEach(v -> axes.addAll(view(v).axes()));
    return axes;
  }

  /**
   * Returns the class of a function as a view over the function's loop nest. For comparison, axes are numbered in the order of the sorted atoms, so
   * that a transposed value is in the same class.
   */
  View classOf(RationalFunction function) {
    View view = seen.get(function);
    if (view == null) {
      view = find(function);
      seen.put(function, view);
    }
    return view;
  }

  private View find(RationalFunction function) {
    if (function.isVariable() && definitionOf(function.variables().first()) instanceof Node.Sum opaque) {
      return opaque.terms().get(0).view().rewire(view(function.variables().first()).axes());
    }
    View view = existing(function);
    RationalFunction own = function.size() < normalForms.get(view.node()).size()
        ? function.renamed(v -> variable(inverse(view(v), view.axes()))) : normalForms.get(view.node());
    normalForms.set(view.node(), own);
    return view;
  }

  /** Returns the class with an equal key in one of the possible orders of axes, or a new class. */
  private View existing(RationalFunction function) {
    List<List<Integer>> orders = orders(function);
    return existing(function, orders).orElseGet(() -> {
      View added = add(function, orders.get(0));
      classIds.put(key(function, orders.get(0)), added);
      return new View(added.node(), Permutations.applied(added.axes(), orders.get(0)));
    });
  }

  private Optional<View> existing(RationalFunction function, List<List<Integer>> orders) {
    for (List<Integer> order : orders) {
      View known = classIds.get(key(function, order));
      if (known != null) {
        return Optional.of(new View(known.node(), Permutations.applied(known.axes(), order)));
      }
    }
    return Optional.empty();
  }

  private List<List<Integer>> orders(RationalFunction function) {
    return expanding ? axisOrders(function) : List.of(axisOrder(function));
  }

  /**
   * Returns the sign that selects the function or its negation as the representative, consistently for all views of a class. The leading variable of
   * a sum depends on the numbering of axes. A function whose negation is its transpose has the sign of its leading term.
   */
  Rational sign(RationalFunction function) {
    Rational sign = Rational.of(function.coefficient().signum());
    RationalFunction positive = function.times(sign);
    int own = classOf(positive).node();
    if (!leading.contains(own)) {
      RationalFunction negative = positive.times(Rational.MINUS_ONE);
      if (existing(negative, orders(negative)).filter(view -> leading.contains(view.node())).isPresent()) {
        return sign.negate();
      }
      leading.add(own);
    }
    return sign;
  }

  private RationalFunction key(RationalFunction function, List<Integer> order) {
    return key(function.renamed(v -> variable(inverse(view(v), order))));
  }

  /** Adds a class with the axes in the order of the loop nest in which it occurred. Returns it as a view over indices into {@code order}. */
  private View add(RationalFunction function, List<Integer> order) {
    List<Integer> ascending = order.stream().sorted().toList();
    normalForms.add(function.renamed(v -> variable(inverse(view(v), ascending))));
    shapes.add(ascending.stream().map(axis -> extent(function, axis)).toList());
    return new View(normalForms.size() - 1, ascending.stream().map(order::indexOf).toList());
  }

  int classCount() {
    return normalForms.size();
  }

  private List<Integer> axisOrder(RationalFunction function) {
    List<View> sorted = new ArrayList<>();
    function.variables().forEach(v -> sorted.add(view(v)));
    sorted.sort(Comparator.comparingInt(View::node).thenComparing(v -> v.axes().toString()));
    List<Integer> order = new ArrayList<>();
    for (View view : sorted) {
      for (int axis : view.axes()) {
        if (!order.contains(axis)) {
          order.add(axis);
        }
      }
    }
    return order;
  }

  /** Returns the possible orders of axes: all orders of axes that the same atoms have. */
  private List<List<Integer>> axisOrders(RationalFunction function) {
    TreeMap<List<Integer>, List<Integer>> alike = new TreeMap<>(Permutations::compare);
    for (int axis : axes(function)) {
      List<Integer> atoms = function.variables().stream().map(this::view).filter(view -> view.axes().contains(axis)).map(View::node).sorted().toList();
      alike.computeIfAbsent(atoms, a -> new ArrayList<>()).add(axis);
    }
    List<List<Integer>> orders = List.of(List.of());
    for (List<Integer> cell : alike.values()) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> order : orders) {
        for (List<Integer> next : cell.size() > MAX_CELL ? List.of(cell) : Permutations.of(cell)) {
          longer.add(Stream.concat(order.stream(), next.stream()).toList());
        }
      }
      orders = longer;
    }
    return orders;
  }

  private static View inverse(View view, List<Integer> order) {
    return new View(view.node(), view.axes().stream().map(order::indexOf).toList());
  }

  private Extent extent(RationalFunction function, int axis) {
    for (int variable : function.variables()) {
      View view = view(variable);
      int position = view.axes().indexOf(axis);
      if (position >= 0) {
        return definitionOf(variable).shape().get(position);
      }
    }
    throw new IllegalStateException("no variable has axis " + axis);
  }

  /** Returns a canonical form of the product, multiplied out if that is cheap enough. */
  private RationalFunction key(RationalFunction function) {
    int most = expanding ? MAX_KEY_TERMS_EXPANDED : MAX_KEY_TERMS;
    long products = function.factors().keySet().stream().filter(factor -> factor.size() > 1).count();
    long terms = 1;
    for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
      for (int k = 0; k < Math.abs(entry.getValue()) && terms <= most; k++) {
        terms *= entry.getKey().size();
      }
    }
    if (products == 0 || terms > most) {
      return function;
    }
    return new RationalFunction.Product().times(RationalFunction.constant(function.coefficient()), 1)
        .times(function.numerator(), 1).times(function.denominator(), -1).build();
  }
}
