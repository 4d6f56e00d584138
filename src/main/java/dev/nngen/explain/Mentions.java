package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.formula.Formula;
import dev.nngen.ir.ValueName;
import java.util.LinkedHashSet;
import java.util.Set;

/** The names that a reader meets in a derivation: of values, and of gradients such as {@code dJ/dZ}. */
final class Mentions {

  private final Set<String> names = new LinkedHashSet<>();

  private Mentions() {}

  /** Those in the lines of an adjoint and in their reasons; what a reason defines itself does not count. */
  static Set<String> in(Adjoint adjoint) {
    Mentions mentions = new Mentions();
    adjoint.lines().forEach(line -> {
      mentions.add(line.formula());
      line.why().parts().forEach(mentions::add);
    });
    return mentions.names;
  }

  /** Adds the functions that a formula calls. */
  static void calls(Formula formula, Set<String> functions) {
    if (formula instanceof Formula.Call call) {
      functions.add(call.function());
    }
    formula.parts().forEach(part -> calls(part, functions));
  }

  /** Those in a formula. */
  static Set<String> in(Formula formula) {
    Mentions mentions = new Mentions();
    mentions.add(formula);
    return mentions.names;
  }

  /** What the adjoint is called in its form. */
  static Set<String> of(Adjoint adjoint) {
    Mentions mentions = new Mentions();
    mentions.add(adjoint.left());
    adjoint.lines().forEach(line -> mentions.add(line.left()));
    return mentions.names;
  }

  private void add(Phrase.Part part) {
    if (part instanceof Phrase.Math math) {
      add(math.formula());
    } else if (part instanceof Phrase.Above above) {
      add(above.formula());
    } else if (part instanceof Phrase.Equation equation) {
      add(equation.right());
    }
  }

  private void add(Formula formula) {
    if (formula instanceof Formula.Name name) {
      names.add(name.name());
    } else if (formula instanceof Formula.Gradient gradient) {
      names.add(ValueName.gradient(gradient.of(), gradient.by()).text());
    }
    formula.parts().forEach(this::add);
  }
}
