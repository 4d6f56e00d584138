package dev.nngen.formula;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that formulas use for values of a graph. Expansion stops at them. */
public final class ValueNaming {

  private static final String IDENTIFIER = "[\\p{L}_][\\p{L}\\p{N}_]*";
  private static final Pattern DEFINED = Pattern.compile(IDENTIFIER);
  private static final Pattern GRADIENT = Pattern.compile("d(" + IDENTIFIER + ")/d(" + IDENTIFIER + ")");
  private static final Pattern SHOWN = Pattern.compile(IDENTIFIER + "(\\." + IDENTIFIER + ")?");

  /** A name and its value with layout. */
  record Named(String name, Graph.Value value) {}

  private final Map<Integer, Named> byNode;
  /** A named node that is expanded; {@link Graph.Value#NONE} if there is none. */
  private final int unnamed;
  /** Values that are written as calls of functions. */
  private final CallPattern.Calls calls;
  private final AxisLetters letters;
  private final Spelling spelling;

  private ValueNaming() {
    this(new HashMap<>(), Graph.Value.NONE, CallPattern.Calls.NONE, AxisLetters.NONE, Spelling.NONE);
  }

  private ValueNaming(Map<Integer, Named> byNode, int unnamed, CallPattern.Calls calls, AxisLetters letters, Spelling spelling) {
    this.spelling = spelling;
    this.byNode = byNode;
    this.unnamed = unnamed;
    this.calls = calls;
    this.letters = letters;
  }

  /**
   * Returns the names of the graph for formulas. A value with several names has the first, or among gradients the one nearest to the loss. Numbers
   * have no names: a definition that equals 2 does not name every 2.
   */
  public static ValueNaming of(Graph graph) {
    return of(graph, graph.names());
  }

  /** Returns a naming with the given names only. */
  public static ValueNaming of(Graph graph, Map<String, Graph.Value> names) {
    ValueNaming naming = new ValueNaming();
    chosen(graph, names).forEach((node, name) -> naming.byNode.put(node, new Named(name, names.get(name))));
    return naming;
  }

  /** Returns the name of each named node in formulas. */
  public static Map<Integer, String> chosen(Graph graph) {
    return chosen(graph, graph.names());
  }

  private static Map<Integer, String> chosen(Graph graph, Map<String, Graph.Value> names) {
    Map<Integer, String> chosen = new LinkedHashMap<>();
    names.forEach((name, value) -> {
      boolean number = graph.node(value.node()) instanceof Node.Sum sum && sum.isNumber();
      if (!number && isShown(name)) {
        chosen.merge(value.node(), name, ValueNaming::chosen);
      }
    });
    chosen.replaceAll((node, name) -> ofChosen(name, names, chosen));
    return chosen;
  }

  /** Returns the gradient with respect to a value by the value's name in formulas, if names have that. */
  private static String ofChosen(String name, Map<String, Graph.Value> names, Map<Integer, String> chosen) {
    Matcher gradient = GRADIENT.matcher(name);
    if (!gradient.matches() || !names.containsKey(gradient.group(2))) {
      return name;
    }
    String other = "d" + gradient.group(1) + "/d" + chosen.getOrDefault(names.get(gradient.group(2)).node(), gradient.group(2));
    return names.containsKey(other) && names.get(other).node() == names.get(name).node() ? other : name;
  }

  /**
   * Chooses between two names: a definition's before that of a layer's last local in it, then the first. Between two gradients, the one nearest to
   * the loss.
   */
  private static String chosen(String first, String next) {
    Matcher one = GRADIENT.matcher(first);
    Matcher other = GRADIENT.matcher(next);
    boolean gradients = one.matches() && other.matches();
    String inner = gradients ? one.group(2) : first;
    String outer = gradients ? other.group(2) : next;
    return gradients && !outer.endsWith("_" + inner) || inner.endsWith("_" + outer) ? next : first;
  }

  /** Returns the name of a node in formulas. */
  private static Optional<Named> shown(Graph graph, int node) {
    return graph.names().entrySet().stream().filter(name -> name.getValue().node() == node && isShown(name.getKey())).map(Map.Entry::getKey)
        .reduce(ValueNaming::chosen).map(name -> new Named(name, graph.named(name)));
  }

  /** Returns a naming of one value. */
  public static ValueNaming only(String name, Graph.Value value) {
    return new ValueNaming().with(name, value);
  }

  /** Returns this naming with another name of a node. */
  public ValueNaming with(String name, Graph.Value value) {
    Map<Integer, Named> more = new HashMap<>(byNode);
    more.remove(unnamed);
    more.put(value.node(), new Named(name, value));
    return new ValueNaming(more, Graph.Value.NONE, calls, letters, spelling);
  }

  /** Returns this naming without the name of one node, so that the node is expanded. */
  public ValueNaming without(int node) {
    if (unnamed == Graph.Value.NONE) {
      return new ValueNaming(byNode, node, calls, letters, spelling);
    }
    Map<Integer, Named> fewer = new HashMap<>(byNode);
    fewer.remove(unnamed);
    return new ValueNaming(fewer, node, calls, letters, spelling);
  }

  /** Returns this naming with functions and numbers as a text writes them. */
  public ValueNaming spelled(Spelling own, CallPattern.Calls others) {
    return new ValueNaming(byNode, unnamed, others, letters, own);
  }

  /** Functions and numbers as the text writes them. */
  public Spelling spelling() {
    return spelling;
  }

  /** Returns this naming with letters for indices. */
  public ValueNaming lettered(AxisLetters others) {
    return new ValueNaming(byNode, unnamed, calls, others, spelling);
  }

  /** The letters of indices. */
  public AxisLetters letters() {
    return letters;
  }

  Optional<CallPattern.Call> call(int node) {
    return Optional.ofNullable(calls.byNode().get(node));
  }

  Optional<Named> name(int node) {
    return node == unnamed ? Optional.empty() : Optional.ofNullable(byNode.get(node));
  }

  /** Returns the name of a node for reads of other steps of a recurrence, also if the node is expanded. */
  Optional<Named> nameInStep(Graph graph, int node) {
    return Optional.ofNullable(byNode.get(node)).or(() -> shown(graph, node));
  }

  /** True for identifiers, {@code dJ/dW} and an optimizer's {@code W.s}. Other names are internal to the compiler. */
  public static boolean isShown(String name) {
    return SHOWN.matcher(name).matches() || GRADIENT.matcher(name).matches();
  }

  /** True for names that a text may define. */
  static boolean isIdentifier(String name) {
    return DEFINED.matcher(name).matches();
  }

  /** True for {@code dJ/dW}. */
  public static boolean isGradient(String name) {
    return GRADIENT.matcher(name).matches();
  }

  /** Returns the value that a gradient belongs to, empty for other names. */
  static Optional<String> differentiated(String name) {
    Matcher gradient = GRADIENT.matcher(name);
    return gradient.matches() ? Optional.of(gradient.group(2)) : Optional.empty();
  }

  /** Returns a gradient for {@code dJ/dW}, else a name. */
  static Formula formula(String name) {
    Matcher gradient = GRADIENT.matcher(name);
    return gradient.matches() ? new Formula.Gradient(gradient.group(1), gradient.group(2)) : new Formula.Name(name);
  }

  /** Returns names for a single sample: values with a sample axis are in lower case up to their subscript, unless that clashes with another name. */
  static Map<String, String> ofOneSample(Graph graph) {
    Map<String, String> lower = new LinkedHashMap<>();
    Set<String> taken = new LinkedHashSet<>(graph.names().keySet());
    graph.names().forEach((name, value) -> {
      int end = name.indexOf('_', 1) < 0 ? name.length() : name.indexOf('_', 1);
      String small = name.substring(0, end).toLowerCase(Locale.ROOT) + name.substring(end);
      boolean sampled = graph.node(value.node()).shape().contains(Extent.BATCH);
      lower.put(name, sampled && !isGradient(name) && taken.add(small) ? small : name);
    });
    return lower;
  }
}
