package dev.nngen.simplify.rules;

import dev.nngen.ast.Expr;
import java.util.List;
import java.util.Optional;

/**
 * A line of the table of rules.
 *
 * @param theme the file that has it
 * @param left what it finds, in the language
 * @param right what it writes in the place of that
 * @param condition what has to hold of the values; empty if it always applies
 * @param isExact true if the left side loses digits where no sample point need be, so that the right side is taken in forms that the compiler finds, whatever it costs
 * @param isComputed true if a class of the compiler applies it, since a pattern can't say how
 * @param example an expression to which it applies; empty for none
 */
public record RewriteRule(String name, String theme, String left, String right, String condition, boolean isExact, boolean isComputed, String example) {

  /** The rule as an equation, with its condition. */
  public String text() {
    return left + " => " + right + (condition.isEmpty() ? "" : " if " + condition);
  }

  /** The sides as patterns, with the conditions. */
  public record Compiled(RewriteRule rule, Pattern left, Pattern right, List<Condition> conditions) {}

  /** The order in which the values of two patterns are; {@code op} is one of the comparisons. */
  public record Condition(Pattern left, Expr.BinaryOp op, Pattern right) {}

  /** The rule for the matcher; empty for one that is computed. */
  Optional<Compiled> compiled() {
    return isComputed ? Optional.empty()
        : Optional.of(new Compiled(this, PatternReader.read(left), PatternReader.read(right), conditions().stream().map(RewriteRule::condition).toList()));
  }

  /** The comparisons that the condition consists of. */
  public List<String> conditions() {
    return condition.isEmpty() ? List.of() : List.of(condition.split(" and "));
  }

  private static Condition condition(String text) {
    Expr.Binary binary = (Expr.Binary) PatternReader.expression(text);
    return new Condition(PatternReader.of(binary.left()), binary.op(), PatternReader.of(binary.right()));
  }
}
