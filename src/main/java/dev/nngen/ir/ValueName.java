package dev.nngen.ir;

import java.util.Optional;

/**
 * The name of a value of a graph. A graph stores its {@link #text}, from which {@link #parse} finds the role: an identifier of the language always
 * has the role {@link Role#VALUE}.
 *
 * @param of the value that it belongs to; for a gradient, the differentiated value; for a side of a claim, the claim's number
 * @param by for a gradient, the variable; for a side of a claim, the side; empty otherwise
 */
public record ValueName(Role role, String of, String by) {

  private static final String NEXT = "next ";
  private static final String PREDICTED = "predict ";
  private static final String CLAIM = "prove ";
  private static final String BY = "/d";

  /** The relation of a value to the text. */
  public enum Role {
    /** A value of the text, a state of an optimizer such as {@code W.mo}, or a value that a pass has made. */
    VALUE,
    /** The value that predictions compute instead of a value of the text. */
    PREDICTED,
    /** The value of a parameter or state after a step. */
    NEXT,
    /** A derivative, as {@code dJ/dW}. */
    GRADIENT,
    /** One side of a claim. */
    CLAIM,
    /** A name that a pass or an analysis uses internally, of several words. */
    INTERNAL
  }

  public static ValueName predicted(String of) {
    return new ValueName(Role.PREDICTED, of, "");
  }

  public static ValueName next(String of) {
    return new ValueName(Role.NEXT, of, "");
  }

  public static ValueName gradient(String of, String by) {
    return new ValueName(Role.GRADIENT, of, by);
  }

  /**
   * Returns the name of a side of a claim.
   *
   * @param side {@code left} or {@code right}
   */
  public static ValueName claim(int number, String side) {
    return new ValueName(Role.CLAIM, Integer.toString(number), side);
  }

  /** Parses the text of a name in a graph. */
  public static ValueName parse(String text) {
    int by = text.indexOf(BY);
    if (text.startsWith(PREDICTED)) {
      return predicted(text.substring(PREDICTED.length()));
    } else if (text.startsWith(NEXT)) {
      return next(text.substring(NEXT.length()));
    } else if (text.startsWith(CLAIM)) {
      return new ValueName(Role.CLAIM, text.substring(CLAIM.length(), text.lastIndexOf(' ')), text.substring(text.lastIndexOf(' ') + 1));
    }
    boolean isGradient = text.startsWith("d") && by > 0;
    return isGradient ? gradient(text.substring(1, by), text.substring(by + BY.length()))
        : new ValueName(text.indexOf(' ') < 0 ? Role.VALUE : Role.INTERNAL, text, "");
  }

  /** The name as a graph stores it, and as messages about the graph show it. */
  public String text() {
    return switch (role) {
      case VALUE, INTERNAL -> of;
      case PREDICTED -> PREDICTED + of;
      case NEXT -> NEXT + of;
      case GRADIENT -> "d" + of + BY + by;
      case CLAIM -> CLAIM + of + ' ' + by;
    };
  }

  public boolean is(Role asked) {
    return role == asked;
  }

  /** The variable of a gradient by its name; empty for other roles. */
  public Optional<String> variable() {
    return is(Role.GRADIENT) ? Optional.of(by) : Optional.empty();
  }

  /** True for a derivative of that value. */
  public boolean isGradientOf(String value) {
    return role == Role.GRADIENT && of.equals(value);
  }

  /** True for a value that the forward pass computes, in training or in predictions. */
  public boolean isForward() {
    return role == Role.VALUE || role == Role.PREDICTED;
  }
}
