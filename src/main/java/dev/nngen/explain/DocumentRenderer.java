package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Sections.Block;
import dev.nngen.explain.Sections.Shown;
import java.util.List;

/** The order in which every document for readers tells a derivation; how each part is set is the renderers' business. */
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
    list("Kinks", derivation.kinks());
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

  /** The gradients of parameters and what they are made of. */
  abstract void results(List<Shown<Adjoint>> gradients);

  /** What a step does to parameters. */
  abstract void update(Derivation.Update update);

  /** Values in the order of the text; of equal layers those of one. */
  abstract void forward(List<Shown<Definition>> values);

  /** Functions and their derivatives. */
  abstract void lemmas(List<Derivation.Lemma> lemmas);

  /** A derivation line by line. */
  abstract void adjoint(Adjoint adjoint);

  /** Last lines of gradients that are derived as others before. */
  abstract void alike(List<Shown<Adjoint>> gradients);

  abstract void items(List<String> sentences);

  abstract void costs(Derivation derivation);

  abstract void claims(List<String> claims);

  /** {@code as dJ/dW3; in the same way dJ/dW1}. */
  final String likeness(Shown<Adjoint> shown) {
    return Phrase.words("as ").then(Adjoint.symbol(shown.first().like().orElseThrow())).and(Sections.others(shown)).print(this);
  }
}
