package dev.nngen.explain;

import java.util.Locale;
import java.util.Optional;

/** Why a line of a derivation equals the one before. */
public enum Rule {
  ERROR("error",
      "The gradient by a value that parameters enter is called an error, delta, as in books on backpropagation. The gradients of the parameters are made of "
          + "errors and of values of the forward pass."),
  LOSS_DERIVATIVE("derivative of the loss",
      "The loss depends on this value through one formula. Each function in it is differentiated by its table entry, "
          + "and the results are multiplied along the way (DLMF, chapter 4)."),
  CHAIN_RULE("chain rule",
      "What depends on the value passes its own adjoint back, times the derivative of that dependence: dJ/dZ = dJ/dA .* dA/dZ "
          + "where A depends on Z entry by entry, and dJ/dA = W' * dJ/dZ where Z = W * A + b, since Z_ic = sum_j W_ij A_jc + b_i."),
  SUM_OF_USES("chain rule, a term for each use",
      "A value that is used several times gets the sum of what each use passes back."),
  STEP("derivative of the step",
      "A step that works entry by entry is differentiated by the table of functions. Where the derivative is long it is named once, "
          + "and lines call it by its name."),
  LOCAL_DERIVATIVE("local derivative",
      "The derivative of one step is written out in values that the forward pass has computed anyway, and the adjoint before it "
          + "is replaced by its own formula."),
  PUT_IN("substitute",
      "A gradient is replaced by what was found for it before; numbers go to the front."),
  CANCEL("cancel",
      "A factor above the line and the same factor below it are left out. This is done only where the factor cannot be zero; "
          + "why it cannot is said on the line."),
  ZERO("a sum that is zero",
      "A sum is left out that is zero whatever the values are: deviations from a mean add up to zero, and what a softmax passes back adds up to zero in "
          + "each column, since it does not change when all entries of a column grow by the same amount."),
  COLLECT("expand, collect",
      "Both sides are rational functions of the same values; multiplied out and put in order they are the same polynomial over "
          + "the same denominator. Facts that were declared and the domains of functions are used where they apply."),
  FACT("declared fact",
      "Something that the model declares about its data is put in; without it the line would not follow from the one before. The "
          + "generated class takes it for true as well."),
  MATRICES("as matrices",
      "The lines before are about one entry. Written for all entries at once, a sum over an index that two matrices share is their "
          + "product, a sum over samples or features a sum of rows or columns, and an index in another order a transpose."),
  CLASS("the class computes",
      "The same value as the generated class computes it: with functions by which nothing overflows and no digits cancel, where the textbook form, computed "
          + "as it is written, would lose them."),
  NUMERIC("not proved",
      "The generated class computes this form. It was compared with the line before at random points that satisfy what the model "
          + "declares; the line says at how many they agree. It is not proved equal, so no sign of equality stands before it.");

  private final String title;
  private final String words;

  Rule(String title, String words) {
    this.title = title;
    this.words = words;
  }

  /** The name as it stands on a line. */
  public String title() {
    return title;
  }

  /** The rule in words. */
  public String words() {
    return words;
  }

  /** The name as an option's value: {@code chain-rule}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String words(String title) {
    return title.replace(",", "").replace('-', ' ');
  }

  /** The rule of that key or title, which may have hyphens for spaces. */
  public static Optional<Rule> find(String name) {
    for (Rule rule : values()) {
      if (rule.key().equalsIgnoreCase(name) || words(rule.title).equalsIgnoreCase(words(name))) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
