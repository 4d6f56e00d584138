package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Sections.Block;
import dev.nngen.explain.Sections.Shown;
import java.util.List;

/** Base of renderers of documents: the order of sections. Subclasses format each part. */
abstract class DocumentRenderer implements Phrase.Style {

  final StringBuilder text = new StringBuilder();

  final void body(Derivation derivation) {
    if (derivation.backward().stream().anyMatch(Adjoint::parameter)) {
      heading("Results");
      results(Sections.results(derivation));
    }
    if (!derivation.updates().isEmpty()) {
      heading("Update");
      derivation.updates().forEach(this::update);
    }
    list("Mode", derivation.modes());
    heading("Forward");
    forward(Sections.blocks(derivation.forward()).stream().flatMap(block -> block.shown().stream()).toList());
    if (!derivation.lemmas().isEmpty()) {
      heading("Functions");
      lemmas(derivation.lemmas());
    }
    heading("Backward");
    Sections.blocks(derivation.backward()).forEach(this::backward);
    list("Assumptions", derivation.assumptions());
    list("Nondifferentiable points", derivation.nondifferentiable());
    list("Notation", Legend.of(derivation));
    costs(derivation);
    heading("In the language");
    claims(Sections.claims(derivation));
  }

  private void backward(Block<Adjoint> block) {
    if (block.repeated()) {
      alike(block.shown());
    } else {
      block.shown().forEach(shown -> adjoint(shown.first()));
    }
  }

  private void list(String title, List<Phrase> sentences) {
    if (!sentences.isEmpty()) {
      heading(title);
      items(sentences.stream().map(sentence -> sentence.print(this)).toList());
    }
  }

  abstract void heading(String title);

  /** Writes the gradients of parameters and the values on which they depend. */
  abstract void results(List<Shown<Adjoint>> gradients);

  /** Writes the assignments of a training step. */
  abstract void update(Derivation.Update update);

  /** Writes values in the order of the text, once for equal layers. */
  abstract void forward(List<Shown<Definition>> values);

  /** Writes functions and their derivatives. */
  abstract void lemmas(List<Derivation.Lemma> lemmas);

  /** Writes a derivation line by line. */
  abstract void adjoint(Adjoint adjoint);

  /** Writes the last lines of gradients with the same derivation as earlier ones. */
  abstract void alike(List<Shown<Adjoint>> gradients);

  abstract void items(List<String> sentences);

  abstract void costs(Derivation derivation);

  abstract void claims(List<String> claims);

  /** {@code as dJ/dW3; in the same way dJ/dW1}. */
  final String likeness(Shown<Adjoint> shown) {
    return Phrase.words("as ").then(Adjoint.symbol(shown.first().like().orElseThrow())).and(Sections.others(shown)).print(this);
  }
}
