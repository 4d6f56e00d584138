package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model's equations and how each gradient follows from them; everything that the renderers need.
 *
 * @param model the model's name
 * @param form how the formulas are written
 * @param modes that the derivation is about training, and what predictions compute instead, a sentence each
 * @param forward values in the order of the text
 * @param lemmas what functions are that the text calls by name, and their derivatives
 * @param backward adjoints in the order in which they are computed, from the loss to the inputs
 * @param updates what a training step does with the gradients
 * @param assumptions what was taken for true, a sentence each
 * @param kinks where a function has no slope and which one is taken, a sentence each
 * @param costs parameters, memory and operations
 */
public record Derivation(String model, Form form, List<Phrase> modes, List<Definition> forward, List<Lemma> lemmas, List<Adjoint> backward, List<Update> updates,
    List<Phrase> assumptions, List<Phrase> kinks, Costs costs) {

  public Derivation {
    modes = List.copyOf(modes);
    forward = List.copyOf(forward);
    lemmas = List.copyOf(lemmas);
    backward = List.copyOf(backward);
    updates = List.copyOf(updates);
    assumptions = List.copyOf(assumptions);
    kinks = List.copyOf(kinks);
  }

  /** What a value of the forward pass is. */
  public enum Role {
    INPUT, TARGET, PARAMETER, FROZEN, STATE, NOISE, VALUE, OUTPUT, LOSS;

    /** Whether it is a parameter, trained or frozen. */
    boolean isParameter() {
      return this == PARAMETER || this == FROZEN;
    }
  }

  /**
   * A value of the forward pass.
   *
   * @param shape such as {@code 16 x m}; {@code scalar} for a number
   * @param right what it equals; empty for inputs, targets and parameters
   * @param language its definition in the language, {@code Z1 = W1 * X + b1}; empty like {@code right}
   * @param uses the named values in its definition
   * @param like the value before it that is defined in the same way, where there is one
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

  /** What equal layers have one each of. */
  interface Repeatable {
    String name();

    /** The one before it that is the same but for the names, where there is one. */
    Optional<String> like();
  }

  /**
   * The gradient of the loss with respect to one value, or a value that several gradients share.
   *
   * @param name such as {@code dJ/dZ1}; {@code E1} for a shared value
   * @param value the value it belongs to; for a shared value the gradient that is a multiple of it, or nothing
   * @param parameter true if the value is trained
   * @param lines what it equals, line by line; the last is what the generated class computes, unless the note says otherwise
   * @param note what the lines leave out, a sentence; empty if they leave out nothing
   * @param language the last proved line that needs no shared value, in the language; empty for a shared value, and where none is proved
   * @param from the gradients, or the loss, that the chain rule starts from
   * @param uses the named values in the last line
   * @param like the adjoint before it that is derived in the same way, where there is one
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

    /** The last line as a statement of the language; an index equation, and that it is the gradient. */
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

    /** A gradient by its name, {@code dJ/dW}. */
    static Formula symbol(String gradient) {
      ValueName name = ValueName.parse(gradient);
      return name.is(ValueName.Role.GRADIENT) ? new Formula.Gradient(name.of(), name.by()) : new Formula.Name(gradient);
    }

    /** For an error, delta, the gradient that it is. */
    public Optional<Formula> meaning() {
      return lines.stream().limit(1).filter(line -> line.rule() == Rule.ERROR).map(Line::formula).findFirst();
    }

    /** The last line, also where another says behind it what an entry means for the matrix. */
    public Line conclusion() {
      return lines.stream().filter(line -> line.relation() != Relation.THEREFORE && line.rule() != Rule.CLASS && line.isProved()).reduce((first, next) -> next).orElse(lines.get(0));
    }

    /** The same with another reason for the conclusion. */
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
   * What a training step does to some parameters, one after the other.
   *
   * @param about which parameters, what the names mean and how states start
   * @param assignments what each name becomes, in order; a name on the right is what it has become already, or was before
   */
  public record Update(Phrase about, List<Assignment> assignments) {
    public Update {
      assignments = List.copyOf(assignments);
    }
  }

  /**
   * A function A of Z and its derivative, line by line.
   *
   * @param derivative what the lines are about: of an entrywise function its derivative, else what it passes back
   */
  public record Lemma(Formula call, Formula definition, Formula derivative, List<Formula> lines) {
    public Lemma {
      lines = List.copyOf(lines);
    }
  }

  /** {@code left <- right}, or {@code left = right}. */
  public record Assignment(Formula left, Formula right) {}

  /** How a line follows from the one before. */
  public enum Relation {
    EQUAL,
    /** It agrees with the line before at random points, or nowhere, and is not proved. */
    APPROXIMATE,
    /** The lines before are about an entry, this one is about the matrix. */
    THEREFORE
  }

  /**
   * A line of a derivation.
   *
   * @param left what the line is about
   * @param rule why it equals the line before
   * @param why what the rule was applied to and the side condition with its reason; may be empty
   * @param value in {@link Deriver#graph()}, by which tests replay the line
   * @param entries the same about an entry, of a line that is about matrices
   */
  public record Line(Formula left, Relation relation, Formula formula, Rule rule, Phrase why, Graph.Value value, Optional<Assignment> entries) {
    Line because(Phrase reason) {
      return new Line(left, relation, formula, rule, reason, value, entries);
    }

    /** False for what must not be read as an equality. */
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
