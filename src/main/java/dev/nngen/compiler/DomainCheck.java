package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Role;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.ArgumentCondition;
import dev.nngen.simplify.IntervalAnalysis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Checks that arguments are in the domains of functions. A value that is proved to be outside is an error. A value that depends on parameters and is
 * outside at some point is a warning. Conditions on data are checked when data are read.
 */
final class DomainCheck {

  private final Graph graph;
  private final Program<Phase.Differentiated> program;
  private final IntervalAnalysis analysis;
  private final IntervalAnalysis ofData;
  private final Counterexample counterexample;
  private final RootsAtZero roots;

  private DomainCheck(Program<Phase.Differentiated> program) {
    this.program = program;
    this.graph = program.graph();
    Facts checked = program.factsOnData();
    this.analysis = new IntervalAnalysis(graph, checked);
    this.ofData = new IntervalAnalysis(graph, declared(checked));
    this.counterexample = new Counterexample(program.withGraph(graph, checked));
    this.roots = new RootsAtZero(program.withGraph(graph, checked), analysis, this::isAnyNumber);
  }

  /**
   * Returns the errors and warnings about the conditions of a program.
   *
   * @param program differentiated and not yet simplified
   */
  static List<Diagnostic> check(Program<Phase.Differentiated> program) {
    if (program.conditions().isEmpty()) {
      return List.of();
    }
    DomainCheck conditions = new DomainCheck(program);
    List<Diagnostic> domains = conditions.check(true);
    // A value outside of one domain is often outside of another in the function's body: one cause, one error.
    if (domains.stream().noneMatch(d -> d.code() == ErrorCode.OUTSIDE_DOMAIN)) {
      domains.addAll(conditions.check(false));
    }
    // Training and predictions may both violate a condition.
    return domains.stream().distinct().toList();
  }

  private List<Diagnostic> check(boolean declared) {
    List<Diagnostic> all = new ArrayList<>();
    program.conditions().stream().filter(condition -> declared == (condition.need().kind() == ArgumentCondition.Kind.DOMAIN))
        .forEach(condition -> check(condition).ifPresent(all::add));
    return all;
  }

  private Optional<Diagnostic> check(Program.Condition condition) {
    int node = condition.node();
    Interval needed = condition.interval();
    boolean data = program.isOfData(node);
    IntervalAnalysis bounds = data ? ofData : analysis;
    if (condition.need().kind() == ArgumentCondition.Kind.NONZERO) {
      return bounds.of(node).equals(Interval.point(0)) ? Optional.of(zero(condition)) : Optional.empty();
    }
    boolean within = bounds.isWithin(node, needed);
    Interval known = bounds.of(node);
    if (!within && known.isDisjoint(needed)) {
      return Optional.of(told(condition, ErrorCode.OUTSIDE_DOMAIN, "`" + condition.need().argument() + "` is " + in(known), node, false));
    }
    if (within || condition.need().kind() == ArgumentCondition.Kind.ROOT) {
      return condition.need().kind() == ArgumentCondition.Kind.ROOT ? roots.check(condition) : Optional.empty();
    }
    boolean isChecked = data || condition.need().kind() != ArgumentCondition.Kind.DOMAIN;
    OptionalDouble outside = isChecked ? OptionalDouble.empty() : counterexample.outside(node, needed);
    return outside.isPresent() ? Optional.of(doubtful(condition, known, outside.getAsDouble(), node)) : Optional.empty();
  }

  private Diagnostic doubtful(Program.Condition condition, Interval known, double outside, int node) {
    boolean anyNumber = isAnyNumber(node);
    String what = "`" + condition.need().argument() + "` " + (anyNumber ? "can be any number"
        : !known.equals(Interval.REALS) ? "is only known to be " + in(known) : String.format(Locale.ROOT, "can be %.3g", outside));
    return told(condition, ErrorCode.UNSATISFIED_DOMAIN, what, node, anyNumber);
  }

  private static String in(Interval known) {
    return known.low() == known.high() ? known.toString().substring(1).split(",", -1)[0] : "in " + known;
  }

  private Diagnostic told(Program.Condition condition, ErrorCode code, String what, int node, boolean anyNumber) {
    ArgumentCondition need = condition.need();
    Diagnostic told = Diagnostic.of(code, need.span(), "`" + need.function() + "` needs " + need.subject() + " in " + condition.interval()
        + ", and " + what);
    if (need.declared().isPresent()) {
      String kind = graph.node(node) instanceof Node.Leaf leaf ? leaf.role() == Role.PARAMETER ? ", a parameter" : ""
          : anyNumber ? ", without an activation" : "";
      String where = isName(need.declared().get().text()) ? "` is declared here" : "` is this value";
      told = told.note(need.declared().get(), "`" + need.argument() + where + kind);
    }
    told = need.clause().isPresent() ? told.note(need.clause().get(), "`" + need.function() + "` declares the condition here") : told;
    for (String help : need.help()) {
      told = told.help(help);
    }
    return told;
  }

  private static boolean isName(String text) {
    return text.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c));
  }

  private static Diagnostic zero(Program.Condition condition) {
    ArgumentCondition need = condition.need();
    Diagnostic told = Diagnostic.of(ErrorCode.OUTSIDE_DOMAIN, need.span(), "`" + need.argument() + "` is always 0, and `" + need.function()
        + "` divides by it");
    return need.declared().map(declared -> told.note(declared, "`" + need.argument() + "` is declared here")).orElse(told);
  }

  /** True for a parameter, and for a sum or a product with one among its operands. */
  private boolean isAnyNumber(int id) {
    Node node = graph.node(id);
    if (node instanceof Node.Sum sum) {
      return sum.terms().stream().anyMatch(term -> isAnyNumber(term.view().node()));
    }
    boolean product = node instanceof Node.Product && node.operands().stream().distinct().count() == node.operands().size()
        && node.operands().stream().anyMatch(factor -> isParameter(factor.node()));
    return product || isParameter(id);
  }

  private boolean isParameter(int id) {
    return graph.node(id) instanceof Node.Leaf leaf && leaf.role() == Role.PARAMETER;
  }

  /** Returns the declared facts, without requirements of functions. */
  private Facts declared(Facts facts) {
    Map<Integer, Interval> ranges = new LinkedHashMap<>(facts.ranges());
    program.conditions().forEach(condition -> {
      condition.declared().ifPresentOrElse(range -> ranges.put(condition.node(), range), () -> ranges.remove(condition.node()));
    });
    return new Facts(ranges, facts.equalities());
  }
}
