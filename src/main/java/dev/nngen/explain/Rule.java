package dev.nngen.explain;

import java.util.Locale;
import java.util.Optional;

/** The rule by which a line of a derivation equals the preceding one. */
public enum Rule {
  ERROR("error",
      "The gradient with respect to a value that depends directly on parameters is called delta, as in textbooks on backpropagation. The gradients of "
          + "the parameters are products of deltas and values of the forward pass."),
  LOSS_DERIVATIVE("derivative of the loss",
      "The loss depends on this value through one formula. Each function in it is differentiated by the table of derivatives, "
          + "and the results are multiplied by the chain rule (DLMF, chapter 4)."),
  CHAIN_RULE("chain rule",
      "Each user of the value contributes its own adjoint times its partial derivative: dJ/dZ = dJ/dA .* dA/dZ "
          + "if A depends on Z entry by entry, and dJ/dA = W' * dJ/dZ if Z = W * A + b, since Z_ic = sum_j W_ij A_jc + b_i."),
  SUM_OF_USES("chain rule, a term for each use",
      "The gradient of a value with several users is the sum of their contributions."),
  STEP("derivative of the step",
      "An entrywise step is differentiated by the table of derivatives. A long derivative is named once, "
          + "and lines use its name."),
  LOCAL_DERIVATIVE("local derivative",
      "The derivative of one step is written in values of the forward pass, and the preceding adjoint "
          + "is replaced by its formula."),
  LEMMA("lemma",
      "The derivative of the function is derived once, with the functions of the model: dP_k/dZ_l = P_k (1{k = l} - P_l) for softmax. "
          + "The preceding adjoint is multiplied by it and summed over k."),
  SUBSTITUTE("substitute",
      "A gradient is replaced by the formula derived for it above; numbers go to the front."),
  CANCEL("cancel",
      "A common factor of numerator and denominator is cancelled. This requires that the factor is nonzero; "
          + "the line says why it is."),
  ZERO("a sum that is zero",
      "A sum that is zero for all values is omitted. Deviations from a mean add up to zero. So does the gradient with respect to the input of a softmax in "
          + "each column, because the softmax does not change if all entries of a column grow by the same amount."),
  COLLECT("expand, collect",
      "Both sides are rational functions of the same values. Multiplied out and sorted they are the same polynomial over "
          + "the same denominator. Declared facts and the domains of functions are used where they apply."),
  FACT("declared fact",
      "A fact that the model declares about its data is used; without it the line would not follow from the one above. The "
          + "generated class assumes it too."),
  MATRICES("as matrices",
      "The lines above are about one entry. Written for all entries at once, a sum over a common index of two matrices is their "
          + "product, a sum over samples or features is a sum of rows or columns, and exchanged indices are a transpose."),
  CLASS("the class computes",
      "The form that the generated class computes. Its functions avoid the overflow and cancellation that the textbook form, computed "
          + "as written, would have."),
  NUMERIC("not proved",
      "The generated class computes this form. It was compared with the line above at random points that satisfy the model's "
          + "facts; the line says at how many points they agree. It is not proved equal, so it has no equals sign.");

  private final String title;
  private final String words;

  Rule(String title, String words) {
    this.title = title;
    this.words = words;
  }

  /** Returns the name as printed on a line. */
  public String title() {
    return title;
  }

  /** Returns the rule in words. */
  public String words() {
    return words;
  }

  /** Returns the name as an option's value: {@code chain-rule}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String words(String title) {
    return title.replace(",", "").replace('-', ' ');
  }

  /** Returns the rule of that key or title, which may have hyphens for spaces. */
  public static Optional<Rule> find(String name) {
    for (Rule rule : values()) {
      if (rule.key().equalsIgnoreCase(name) || words(rule.title).equalsIgnoreCase(words(name))) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
