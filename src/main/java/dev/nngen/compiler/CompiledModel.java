package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.explain.Deriver;
import dev.nngen.explain.ModelDerivation;
import dev.nngen.lower.Lowered;
import dev.nngen.simplify.Proof;
import dev.nngen.simplify.Prover;
import java.util.List;
import java.util.Optional;

/**
 * A model on its way to Java, after each of the passes that users can ask about.
 *
 * @param sources the file it stands in, then all files that one imports
 * @param span where its name stands
 * @param lowered as it was written: {@code grad} is still a node
 * @param differentiated with every gradient written out
 * @param simplified with every value in its cheapest stable form
 * @param claims what {@code prove} asks, in the order of the text
 * @param warnings conditions of functions that their arguments may not satisfy
 */
public record CompiledModel(List<Source> sources, Span span, Lowered lowered, Lowered differentiated, Lowered simplified, List<Decided> claims,
    List<Diagnostic> warnings) {

  public CompiledModel {
    sources = List.copyOf(sources);
    claims = List.copyOf(claims);
    warnings = List.copyOf(warnings);
  }

  /** A claim and its verdict. */
  public record Decided(Lowered.Claim claim, Proof proof) {}

  /** The conditions that may have failed if training ends in NaN, a sentence each. */
  public List<String> doubts() {
    return warnings.stream().map(warning -> warning.message() + warning.span().map(span -> " (" + span.place() + ")").orElse("")
        + (warning.help().isEmpty() ? "" : "; " + warning.help().get(0))).toList();
  }

  /** Derives the gradients of the model's first loss line by line; IllegalArgumentException if it minimizes nothing. */
  public Deriver deriver() {
    return derivation().first();
  }

  /** Derives the gradients of all losses; IllegalArgumentException if the model minimizes nothing. */
  public ModelDerivation derivation() {
    return new ModelDerivation(lowered, differentiated, simplified, this::point, CalledFunctions.of(sources.get(0)));
  }

  /** A point at which any value of the model may be looked at. */
  private Optional<Prover.Point> point(long seed) {
    List<String> all = List.copyOf(differentiated.graph().names().keySet());
    return MemoryBudget.lacking(differentiated, all, AdmissiblePoint.extents(differentiated, seed)).isPresent() ? Optional.empty() : AdmissiblePoint.of(differentiated, seed);
  }

  /** The model's name, which is the generated class's. */
  public String name() {
    return lowered.name();
  }
}
