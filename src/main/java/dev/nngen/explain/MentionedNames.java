package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.formula.Formula;
import dev.nngen.ir.ValueName;
import java.util.LinkedHashSet;
import java.util.Set;

/** Collects the names in a derivation: of values, and of gradients such as {@code dJ/dZ}. */
final class MentionedNames {

  private final Set<String> names = new LinkedHashSet<>();

  private MentionedNames() {}

  /** Returns the names in the lines of an adjoint and in their reasons, without those that a reason defines. */
  static Set<String> in(Adjoint adjoint) {
    MentionedNames mentions = new MentionedNames();
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

  /** Returns the names in a formula. */
  static Set<String> in(Formula formula) {
    MentionedNames mentions = new MentionedNames();
    mentions.add(formula);
    return mentions.names;
  }

  /** Returns the names of the adjoint itself. */
  static Set<String> of(Adjoint adjoint) {
    MentionedNames mentions = new MentionedNames();
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
