package dev.nngen.simplify.rules;

import dev.nngen.ast.Expr;
import java.util.List;
import java.util.Optional;

/**
 * A rule of the table.
 *
 * @param theme the name of its file
 * @param left the pattern that it matches, in the language
 * @param right its replacement
 * @param condition the side condition on the values; empty if it always applies
 * @param isExact true if the left side loses digits at points that sampling may miss, so that the right side is always chosen in computed forms
 * @param isComputed true if a class of the compiler applies it, because a pattern cannot express it
 * @param example an expression to which it applies; empty for none
 */
public record RewriteRule(String name, String theme, String left, String right, String condition, boolean isExact, boolean isComputed, String example) {

  /** The rule as an equation, with its condition. */
  public String text() {
    return left + " => " + right + (condition.isEmpty() ? "" : " if " + condition);
  }

  /** The sides as patterns, with the conditions. */
  public record Compiled(RewriteRule rule, Pattern left, Pattern right, List<Condition> conditions) {}

  /** A comparison of two patterns' values. */
  public record Condition(Pattern left, Expr.BinaryOp op, Pattern right) {}

  /** Returns the rule for the matcher, empty for a computed rule. */
  Optional<Compiled> compiled() {
    return isComputed ? Optional.empty()
        : Optional.of(new Compiled(this, PatternReader.read(left), PatternReader.read(right), conditions().stream().map(RewriteRule::condition).toList()));
  }

  /** The comparisons of the condition. */
  public List<String> conditions() {
    return condition.isEmpty() ? List.of() : List.of(condition.split(" and "));
  }

  private static Condition condition(String text) {
    Expr.Binary binary = (Expr.Binary) PatternReader.expression(text);
    return new Condition(PatternReader.of(binary.left()), binary.op(), PatternReader.of(binary.right()));
  }
}
