package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.ir.Graph;
import java.util.List;
import java.util.Optional;

/**
 * A model's equations and how each gradient follows from them; everything that the renderers need.
 *
 * @param model the model's name
 * @param form how the formulas are written
 * @param forward values in the order of the text
 * @param backward adjoints in the order in which they are computed, from the loss to the inputs
 * @param assumptions what was taken for true, a sentence each
 * @param kinks where a function has no slope and which one is taken, a sentence each
 * @param costs parameters, memory and operations
 */
public record Derivation(String model, Form form, List<Definition> forward, List<Adjoint> backward, List<String> assumptions,
    List<String> kinks, Costs costs) {

  public Derivation {
    forward = List.copyOf(forward);
    backward = List.copyOf(backward);
    assumptions = List.copyOf(assumptions);
    kinks = List.copyOf(kinks);
  }

  /** What a value of the forward pass is. */
  public enum Role { INPUT, TARGET, PARAMETER, VALUE, OUTPUT, LOSS }

  /**
   * A value of the forward pass.
   *
   * @param shape such as {@code 16 x m}; {@code scalar} for a number
   * @param right what it equals; empty for inputs, targets and parameters
   * @param language its definition in the language, {@code Z1 = W1 * X + b1}; empty like {@code right}
   * @param uses the named values in its definition
   */
  public record Definition(String name, String shape, Role role, Formula left, Optional<Formula> right, String language,
      List<String> uses) {}

  /**
   * The gradient of the loss with respect to one value, or a value that several gradients share.
   *
   * @param name such as {@code dJ/dZ1}; {@code E1} for a shared value
   * @param value the value it belongs to; for a shared value the gradient that is a multiple of it, or nothing
   * @param parameter true where the value is trained
   * @param lines what it equals, line by line; the last is what the generated class computes
   * @param language the last line that needs no shared value, in the language; empty for a shared value
   * @param from the gradients, or the loss, that the chain rule starts from
   * @param uses the named values in the last line
   * @param like the adjoint before it that is derived in the same way, where there is one
   */
  public record Adjoint(String name, String value, boolean shared, String shape, boolean parameter, Formula left, List<Line> lines,
      String language, List<String> from, List<String> uses, Optional<String> like) {
    public Adjoint {
      lines = List.copyOf(lines);
      from = List.copyOf(from);
      uses = List.copyOf(uses);
    }

    public Line last() {
      return lines.get(lines.size() - 1);
    }

    Adjoint onlyLast() {
      return new Adjoint(name, value, shared, shape, parameter, left, lines.subList(lines.size() - 1, lines.size()), language, from, uses, like);
    }

    Adjoint like(String other) {
      return new Adjoint(name, value, shared, shape, parameter, left, lines, language, from, uses, Optional.of(other));
    }
  }

  /**
   * A line of a derivation.
   *
   * @param rule why it equals the line before
   * @param why what the rule was applied to and the side condition with its reason; may be empty
   * @param value in {@link Deriver#graph()}, by which tests replay the line
   */
  public record Line(Formula formula, Rule rule, String why, Graph.Value value) {

    /** False where the line agrees with the one before at random points, and nothing more is known. */
    public boolean isProved() {
      return rule != Rule.NUMERIC;
    }

    /** {@code cancel Yh: nonzero, since Yh in (0, 1)}. */
    public String reason() {
      return why.isEmpty() ? rule.title() : rule.title() + ": " + why;
    }
  }

  /**
   * What the generated class costs.
   *
   * @param parameters how many numbers are trained
   * @param rows label and value of each line of the table
   */
  public record Costs(long parameters, List<Cost> rows) {
    public Costs {
      rows = List.copyOf(rows);
    }
  }

  /** A line of the table of costs; {@code perSample} and {@code fixed} make {@code perSample * m + fixed}. */
  public record Cost(String label, long perSample, long fixed, String unit) {}
}
