package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.ArgumentCondition;
import dev.nngen.simplify.IntervalAnalysis;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds roots whose gradient is needed where their argument is 0. A warning needs data or parameters at which the argument is 0. There is none if the
 * argument is proved positive, or if the root is in a branch of {@code where} whose condition depends on the argument.
 */
final class RootsAtZero {

  private static final int SAMPLES = 3;
  private static final Pattern SUM_OF_SQUARES = Pattern.compile("(col|row)sum\\((.+?)\\.?\\^2\\)");

  private final Graph graph;
  private final Program<Phase.Differentiated> program;
  private final IntervalAnalysis analysis;
  private final IntPredicate anyNumber;

  /**
   * Prepares the check of one program.
   *
   * @param program differentiated and not yet simplified, with facts that hold at admissible points
   * @param anyNumber true for a node that can have any value, for any data
   */
  RootsAtZero(Program<Phase.Differentiated> program, IntervalAnalysis analysis, IntPredicate anyNumber) {
    this.anyNumber = anyNumber;
    this.program = program;
    this.graph = program.graph();
    this.analysis = analysis;
  }

  /** Returns the warning about a condition on the argument of a root, if there is one. */
  Optional<Diagnostic> check(Program.Condition condition) {
    int argument = condition.node();
    boolean bounded = analysis.isWithin(argument, Interval.NON_NEGATIVE) && !analysis.isWithin(argument, Interval.POSITIVE);
    boolean infinite = bounded && isDifferentiated(argument) && (canVanish(argument) || isZeroSomewhere(argument));
    return infinite ? Optional.of(warning(condition.need())) : Optional.empty();
  }

  private Diagnostic warning(ArgumentCondition need) {
    Diagnostic told = Diagnostic.of(ErrorCode.ROOT_AT_ZERO, need.span(), "the gradient of a root is infinite at 0, and `" + need.argument() + "` may be 0");
    told = need.declared().isPresent() ? told.note(need.declared().get(), "`" + need.argument() + "` is this value") : told;
    Matcher squares = SUM_OF_SQUARES.matcher(need.argument());
    boolean perSample = squares.matches() && squares.group(1).equals(program.samplesInRows() ? "row" : "col") && isBalanced(squares.group(2));
    return perSample ? told.help("`norm(" + stripped(squares.group(2)) + ")` is 0 there, and so is its gradient")
        : told.help("keep the argument away from 0: `" + need.argument() + " + 1e-12`");
  }

  /** Removes brackets around the text. */
  private static String stripped(String text) {
    return text.startsWith("(") && text.endsWith(")") && isBalanced(text.substring(1, text.length() - 1)) ? text.substring(1, text.length() - 1) : text;
  }

  private static boolean isBalanced(String text) {
    int depth = 0;
    for (int k = 0; k < text.length() && depth >= 0; k++) {
      depth += text.charAt(k) == '(' ? 1 : text.charAt(k) == ')' ? -1 : 0;
    }
    return depth == 0;
  }

  /**
   * True if a gradient flows from a loss through a root of the argument to a parameter, without a {@code where} whose condition depends on the
   * argument.
   */
  private boolean isDifferentiated(int argument) {
    return program.losses().stream().anyMatch(loss -> reaches(graph.named(loss.name()).node(), argument, id -> isRootOf(id, argument))
        && reaches(argument, argument, id -> graph.node(id) instanceof Node.Leaf leaf && loss.parameters().contains(leaf.name())));
  }

  private boolean reaches(int from, int argument, IntPredicate wanted) {
    boolean[] seen = new boolean[graph.size()];
    Deque<Integer> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      int id = open.pop();
      if (wanted.test(id)) {
        return true;
      }
      if (!seen[id]) {
        seen[id] = true;
        differentiatedOperands(graph.node(id), argument).forEach(operand -> open.push(operand.node()));
      }
    }
    return false;
  }

  private boolean isRootOf(int id, int argument) {
    return graph.node(id) instanceof Node.Power root && root.base().node() == argument && isRoot(root.exponent());
  }

  private static boolean isRoot(Rational exponent) {
    return exponent.signum() > 0 && exponent.minus(Rational.ONE).signum() < 0;
  }

  /** Returns the operands that get an adjoint. */
  private Stream<View> differentiatedOperands(Node node, int argument) {
    if (!(node instanceof Node.Apply apply)) {
      return node.operands().stream();
    }
    boolean flat = apply.fn() == Fn.STOP || apply.fn() == Fn.FLOOR || apply.fn() == Fn.SIGN || apply.fn().isIndicator();
    boolean guards = apply.fn() == Fn.WHERE && graph.reachable(List.of(apply.arguments().get(0).node()))[argument];
    return flat || guards ? Stream.empty() : apply.arguments().stream().skip(apply.fn() == Fn.WHERE ? 1 : 0);
  }

  /** True for a sum of squares or absolute values of values that can be any number. */
  private boolean canVanish(int id) {
    Node node = graph.node(id);
    boolean scaled = node instanceof Node.Sum sum && sum.constant().isZero() && !sum.isNumber();
    boolean reduced = node instanceof Node.Product product && product.factors().stream().distinct().count() == 1;
    boolean even = node instanceof Node.Power power && power.exponent().signum() > 0 || node instanceof Node.Apply apply && apply.fn() == Fn.ABS;
    return anyNumber.test(id) || (scaled || reduced || even) && node.operands().stream().allMatch(operand -> canVanish(operand.node()));
  }

  private boolean isZeroSomewhere(int argument) {
    if (MemoryBudget.shortage(Interpreter.lengths(graph, List.of(argument), program.extents(SAMPLES)).summaryStatistics(), Runtime.getRuntime().maxMemory()).isPresent()) {
      return false;
    }
    AdmissiblePoint points = new AdmissiblePoint(program, program.extents(SAMPLES), new SplittableRandom(1));
    return Stream.of(points.degenerate(false), points.degenerate(true), points.drawForFacts(0)).flatMap(Optional::stream)
        .anyMatch(point -> Arrays.stream(new Interpreter(graph, point, program.extents(SAMPLES)).value(argument)).anyMatch(entry -> entry == 0));
  }
}
