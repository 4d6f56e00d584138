package dev.nngen.explain;

import dev.nngen.formula.Formula;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A sentence with formulas, such as {@code A nonzero, since A in (0, 1)}. Each kind of document prints them in its own way. */
public record Phrase(List<Part> parts) {

  public static final Phrase EMPTY = new Phrase(List.of());

  /** A piece of a sentence. */
  public sealed interface Part {}

  public record Words(String text) implements Part {}

  public record Math(Formula formula) implements Part {}

  /** A reference to a gradient derived above, with its formula. */
  public record Above(String name, Formula formula) implements Part {}

  /**
   * An equation.
   *
   * @param proved false if the two sides were only compared at random points
   */
  public record Equation(Formula left, Formula right, boolean proved) implements Part {}

  /** Prints the parts for a kind of document. */
  interface Style {
    String words(String text);

    String formula(Formula formula);

    /** Returns the sign for a proved or an approximate equation. */
    String relation(boolean proved);

    /** Returns the words that refer to a gradient derived above, by its name such as {@code dJ/dZ}. */
    default String above(String name, String words) {
      return words;
    }

    /** Converts the output of {@link #formula} and {@link #relation} for use in a sentence. */
    String inline(String math);
  }

  private static final Style LANGUAGE = new Style() {
    @Override
    public String words(String text) {
      return text;
    }

    @Override
    public String formula(Formula formula) {
      return LanguagePrinter.javadoc(formula);
    }

    @Override
    public String relation(boolean proved) {
      return proved ? " = " : " ~ ";
    }

    @Override
    public String inline(String math) {
      return math;
    }
  };

  public Phrase {
    parts = List.copyOf(parts);
  }

  static Phrase words(String text) {
    return EMPTY.then(text);
  }

  static Phrase math(Formula formula) {
    return EMPTY.then(formula);
  }

  static Phrase above(String name, Formula formula) {
    return EMPTY.with(List.of(new Above(name, formula)));
  }

  static Phrase equation(Formula left, Formula right) {
    return new Phrase(List.of(new Equation(left, right, true)));
  }

  static Phrase approximation(Formula left, Formula right) {
    return new Phrase(List.of(new Equation(left, right, false)));
  }

  /** {@code A nonzero, since A in (0, 1)}, {@code A > 0}, or {@code A < 0}. */
  static Phrase nonzero(Formula formula, Interval range) {
    if (range.low() >= 0 && Double.isInfinite(range.high())) {
      return math(formula).then(range.lowOpen() ? " > " : " at least ").then(new Formula.Number(Rational.decimal(range.low())));
    }
    if (range.high() <= 0 && Double.isInfinite(range.low())) {
      return math(formula).then(range.highOpen() ? " < " : " at most ").then(new Formula.Number(Rational.decimal(range.high())));
    }
    return math(formula).then(" nonzero, since ").then(formula).then(" in " + range);
  }

  Phrase then(String text) {
    return with(List.of(new Words(text)));
  }

  Phrase then(Formula formula) {
    return with(List.of(new Math(formula)));
  }

  Phrase then(Phrase other) {
    return with(other.parts);
  }

  private Phrase with(List<Part> more) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(more);
    return new Phrase(all);
  }

  /** Returns both phrases, with a semicolon between them. */
  Phrase and(Phrase other) {
    return isEmpty() ? other : other.isEmpty() ? this : then("; ").then(other);
  }

  static Phrase all(List<Phrase> phrases) {
    return phrases.stream().reduce(EMPTY, Phrase::and);
  }

  public boolean isEmpty() {
    return parts.isEmpty();
  }

  String print(Style style) {
    return parts.stream().map(part -> print(part, style)).collect(Collectors.joining());
  }

  private static String print(Part part, Style style) {
    if (part instanceof Words words) {
      return style.words(words.text());
    }
    if (part instanceof Equation equation) {
      return style.inline(style.formula(equation.left()) + style.relation(equation.proved()) + style.formula(equation.right()));
    }
    if (part instanceof Above above) {
      return style.above(above.name(), style.inline(style.formula(above.formula())) + style.words(" from above"));
    }
    return style.inline(style.formula(((Math) part).formula()));
  }

  /** Returns the subject of the sentence: its first formula. */
  Stream<Formula> subject() {
    return parts.stream().flatMap(part -> part instanceof Math math ? Stream.of(math.formula()) : part instanceof Equation equation ? Stream.of(equation.left()) : Stream.empty()).limit(1);
  }

  /** Returns the sentence with formulas in the notation of the language. */
  public String text() {
    return print(LANGUAGE);
  }
}
