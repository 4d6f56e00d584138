package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.explain.Deriver;
import dev.nngen.explain.ModelDerivation;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Proof;
import dev.nngen.simplify.Prover;
import java.util.List;
import java.util.Optional;

/**
 * A model after each of the passes whose results users can request.
 *
 * @param sources its file, then all files that it imports
 * @param span the place of its name
 * @param lowered the program of the text, with {@code grad} as a node
 * @param differentiated the result of {@code autodiff}
 * @param simplified the result of {@code simplify}
 * @param claims the claims and verdicts, in the order of the text
 * @param warnings warnings about arguments that may be outside the domain of a function
 */
public record CompiledModel(List<Source> sources, Span span, Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated, Program<Phase.Simplified> simplified, List<Decided> claims,
    List<Diagnostic> warnings) {

  public CompiledModel {
    sources = List.copyOf(sources);
    claims = List.copyOf(claims);
    warnings = List.copyOf(warnings);
  }

  /** A claim and its verdict. */
  public record Decided(Program.Claim claim, Proof proof) {}

  /** Returns the conditions that may be violated if training ends in NaN, a sentence each. */
  public List<String> doubts() {
    return warnings.stream().map(warning -> warning.message() + warning.span().map(span -> " (" + span.place() + ")").orElse("")
        + (warning.help().isEmpty() ? "" : "; " + warning.help().get(0))).toList();
  }

  /** Returns the deriver of the first loss; IllegalArgumentException if the model minimizes nothing. */
  public Deriver deriver() {
    return derivation().first();
  }

  /** Returns the derivation of all losses; IllegalArgumentException if the model minimizes nothing. */
  public ModelDerivation derivation() {
    return new ModelDerivation(lowered, differentiated, simplified, this::point, CalledFunctions.spelling(sources.get(0)));
  }

  /** Returns an admissible point for the evaluation of the model's values, the same for the same seed. */
  private Optional<Prover.Point> point(long seed) {
    List<String> all = List.copyOf(differentiated.graph().names().keySet());
    return MemoryBudget.shortage(differentiated, all, AdmissiblePoint.extents(differentiated, seed)).isPresent() ? Optional.empty() : AdmissiblePoint.of(differentiated, seed);
  }

  /** The model's name, which is the name of the generated class. */
  public String name() {
    return lowered.name();
  }
}
