package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaMap;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's equations and the derivation of each gradient, complete for the renderers.
 *
 * @param model the model's name
 * @param form the notation of formulas
 * @param modes sentences that the derivation is about training, and what predictions compute instead; empty if they are equal
 * @param forward values in the order of the text
 * @param lemmas definitions and derivatives of functions that the text calls by name
 * @param backward adjoints in the order in which they are computed, from the loss to the inputs
 * @param updates assignments of a training step
 * @param assumptions a sentence for each assumption
 * @param nondifferentiable a sentence for each nondifferentiable point, with the derivative used there
 * @param costs parameters, memory and operations
 */
public record Derivation(String model, Form form, List<Phrase> modes, List<Definition> forward, List<Lemma> lemmas, List<Adjoint> backward, List<Update> updates,
    List<Phrase> assumptions, List<Phrase> nondifferentiable, Costs costs) {

  public Derivation {
    modes = List.copyOf(modes);
    forward = List.copyOf(forward);
    lemmas = List.copyOf(lemmas);
    backward = List.copyOf(backward);
    updates = List.copyOf(updates);
    assumptions = List.copyOf(assumptions);
    nondifferentiable = List.copyOf(nondifferentiable);
  }

  /** The kind of a value of the forward pass. */
  public enum Role {
    INPUT, TARGET, PARAMETER, FROZEN, STATE, NOISE, VALUE, OUTPUT, LOSS;

    /** True for a parameter, trained or frozen. */
    boolean isParameter() {
      return this == PARAMETER || this == FROZEN;
    }
  }

  /**
   * A value of the forward pass.
   *
   * @param shape such as {@code 16 x m}; {@code scalar} for a number
   * @param right its formula; empty for inputs, targets and parameters
   * @param language its definition in the language, {@code Z1 = W1 * X + b1}; empty like {@code right}
   * @param uses the named values in its definition
   * @param like the earlier value with the same definition up to names, if there is one
   */
  public record Definition(String name, String shape, Role role, Formula left, Optional<Formula> right, String language,
      List<String> uses, Optional<String> like) implements Repeatable {
    Definition as(Role other) {
      return new Definition(name, shape, other, left, right, language, uses, like);
    }

    Definition like(String other) {
      return new Definition(name, shape, role, left, right, language, uses, Optional.of(other));
    }
  }

  /** A part of a derivation that equal layers repeat. */
  interface Repeatable {
    String name();

    /** The name of the earlier part that is equal up to names, if there is one. */
    Optional<String> like();
  }

  /**
   * The gradient of the loss with respect to one value, or a common subexpression of several gradients.
   *
   * @param name such as {@code dJ/dZ1}; {@code E1} for a common subexpression
   * @param value the differentiated value; for a common subexpression the gradient that is a multiple of it, or empty
   * @param parameter true if the value is trained
   * @param lines the derivation, line by line; the generated class computes the last line unless the note says otherwise
   * @param note a sentence about omitted steps; empty if there are none
   * @param language the last proved line without common subexpressions, in the language; empty for a common subexpression, and if no line is proved
   * @param from the gradients, or the loss, to which the chain rule is applied
   * @param uses the named values in the last line
   * @param like the earlier adjoint with the same derivation up to names, if there is one
   */
  public record Adjoint(String name, String value, boolean shared, String shape, boolean parameter, Formula left, List<Line> lines,
      String note, String language, List<String> from, List<String> uses, Optional<String> like) implements Repeatable {
    public Adjoint {
      lines = List.copyOf(lines);
      from = List.copyOf(from);
      uses = List.copyOf(uses);
    }

    public Line last() {
      return lines.get(lines.size() - 1);
    }

    /** The last line as a statement of the language: a claim, or an index equation and a claim. */
    public String claim() {
      int equation = language.indexOf("] = ");
      return equation < 0 ? "prove " + gradient() + " == " + language + ";"
          : language + "; prove " + gradient() + " == " + language.substring(0, language.indexOf('[')) + ";";
    }

    /** The last line as an equation in the language. */
    public String equation() {
      return language.contains("] = ") ? language : gradient() + " = " + language;
    }

    /** The gradient in the language. */
    public String gradient() {
      ValueName gradient = ValueName.parse(name);
      return "grad(" + gradient.of() + ", " + gradient.by() + ")";
    }

    /** Returns the symbol of a gradient by its name, {@code dJ/dW}. */
    static Formula symbol(String gradient) {
      ValueName name = ValueName.parse(gradient);
      return name.is(ValueName.Role.GRADIENT) ? new Formula.Gradient(name.of(), name.by()) : new Formula.Name(gradient);
    }

    /** For a delta, the gradient that it denotes. */
    public Optional<Formula> meaning() {
      return lines.stream().limit(1).filter(line -> line.rule() == Rule.ERROR).map(Line::formula).findFirst();
    }

    /** Returns the last proved line other than the class's form and a statement about the matrix. Returns the first line if there is none. */
    public Line conclusion() {
      return lines.stream().filter(line -> line.relation() != Relation.THEREFORE && line.rule() != Rule.CLASS && line.isProved()).reduce((first, next) -> next).orElse(lines.get(0));
    }

    /** Returns the same adjoint with another reason for the last line. */
    Adjoint concluded(Phrase reason) {
      List<Line> all = new ArrayList<>(lines);
      int at = lines.indexOf(conclusion());
      all.set(at, lines.get(at).because(reason));
      return with(all, like);
    }

    Adjoint onlyLast() {
      return with(lines.subList(lines.indexOf(conclusion()), lines.size()), like);
    }

    Adjoint like(String other) {
      return with(lines, Optional.of(other));
    }

    private Adjoint with(List<Line> lines, Optional<String> like) {
      return new Adjoint(name, value, shared, shape, parameter, left, lines, note, language, from, uses, like);
    }
  }

  /**
   * The assignments of a training step for some parameters, in order.
   *
   * @param about the parameters, the meaning of names and the initial states
   * @param assignments in order; a name on the right has its new value after its assignment, and its old one before
   */
  public record Update(Phrase about, List<Assignment> assignments) {
    public Update {
      assignments = List.copyOf(assignments);
    }
  }

  /**
   * A function of one value and its derivative, line by line.
   *
   * @param value the name of the function's value, A
   * @param call the function of Z
   * @param derivative the left side of the lines: the derivative of an entrywise function, else the vector-Jacobian product
   */
  public record Lemma(Formula value, Formula call, Formula definition, Formula derivative, List<Formula> lines) {
    public Lemma {
      lines = List.copyOf(lines);
    }

    Lemma renamed(Map<String, String> names) {
      return new Lemma(FormulaMap.renamed(value, names), FormulaMap.renamed(call, names), FormulaMap.renamed(definition, names), FormulaMap.renamed(derivative, names),
          lines.stream().map(line -> FormulaMap.renamed(line, names)).toList());
    }
  }

  /** {@code left <- right}, or {@code left = right}. */
  public record Assignment(Formula left, Formula right) {}

  /** The relation of a line to the preceding one. */
  public enum Relation {
    EQUAL,
    /** Not proved equal to the preceding line, and compared at random points. */
    APPROXIMATE,
    /** The preceding lines are about an entry, this one is about the matrix. */
    THEREFORE
  }

  /**
   * A line of a derivation.
   *
   * @param left the left side
   * @param rule the rule by which it equals the preceding line
   * @param why the subject of the rule, and the side condition with its reason; may be empty
   * @param value the line's value in {@link Deriver#graph()}, for tests
   * @param entries the line for one entry, if the line is about matrices
   */
  public record Line(Formula left, Relation relation, Formula formula, Rule rule, Phrase why, Graph.Value value, Optional<Assignment> entries) {
    Line because(Phrase reason) {
      return new Line(left, relation, formula, rule, reason, value, entries);
    }

    /** True unless the line is approximate. */
    public boolean isProved() {
      return relation != Relation.APPROXIMATE;
    }

    /** {@code cancel Yh: nonzero, since Yh in (0, 1)}. */
    public Phrase reason() {
      Phrase title = Phrase.words(rule.title());
      return why.isEmpty() ? title : title.then(": ").then(why);
    }
  }

  /**
   * Parameters, memory and operations of the generated class.
   *
   * @param parameters the number of trained entries
   * @param rows label and value of each line of the table
   */
  public record Costs(long parameters, List<Cost> rows) {
    public Costs {
      rows = List.copyOf(rows);
    }
  }

  /** A row of the table of costs, with the amount {@code perSample * m + fixed}. */
  public record Cost(String label, long perSample, long fixed, String unit) {}
}
