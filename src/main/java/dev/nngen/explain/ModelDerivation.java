package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Role;
import dev.nngen.formula.Spelling;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Prover;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/** The derivation of a model: the forward pass once, then the gradients of each loss, in the order declared. */
public final class ModelDerivation {

  private final Program<Phase.Simplified> simplified;
  private final List<Deriver> derivers = new ArrayList<>();
  private final Set<String> losses = new HashSet<>();
  private final Set<String> trained = new HashSet<>();

  /**
   * Prepares a derivation.
   *
   * @param lowered the model; IllegalArgumentException if it minimizes nothing
   * @param differentiated with gradients, as {@code autodiff} leaves it
   * @param simplified the same, as the code computes it
   * @param points gives an admissible random point for a seed, where there is one
   * @param spelling functions and numbers as the text writes them
   */
  public ModelDerivation(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated, Program<Phase.Simplified> simplified, LongFunction<Optional<Prover.Point>> points,
      Spelling spelling) {
    this.simplified = simplified;
    if (lowered.losses().isEmpty()) {
      throw new IllegalArgumentException(lowered.name() + " minimizes nothing");
    }
    Set<String> errors = new HashSet<>();
    for (Program.Loss loss : lowered.losses()) {
      Deriver deriver = new Deriver(lowered.of(loss), differentiated.of(loss), simplified.of(loss), points, spelling, Set.copyOf(errors));
      errors.addAll(deriver.errors());
      derivers.add(deriver);
      losses.add(loss.name());
      trained.addAll(loss.parameters());
    }
  }

  /** Returns the deriver of the first loss. */
  public Deriver first() {
    return derivers.get(0);
  }

  /** Returns the derivation; UnknownNameException if the options name a value without a gradient. */
  public Derivation derive(ExplainOptions options) {
    if (derivers.size() == 1) {
      return first().derive(options);
    }
    List<Derivation> parts = new ArrayList<>();
    for (Deriver deriver : derivers) {
      ExplainOptions own = new ExplainOptions(options.form(), options.steps(), options.wrt().stream().filter(deriver::hasGradient).toList(), options.of().filter(deriver::hasGradient));
      boolean asks = options.of().isPresent() || !options.wrt().isEmpty();
      if (!asks || own.of().isPresent() || !own.wrt().isEmpty()) {
        parts.add(deriver.derive(own));
      }
    }
    unknown(options).ifPresent(name -> first().derive(new ExplainOptions(options.form(), options.steps(), List.of(name), Optional.empty())));
    return joined(parts);
  }

  /** Returns a requested value without a gradient of any loss. */
  private Optional<String> unknown(ExplainOptions options) {
    Predicate<String> isKnown = name -> derivers.stream().anyMatch(deriver -> deriver.hasGradient(name));
    return options.of().filter(isKnown.negate()).or(() -> options.wrt().stream().filter(isKnown.negate()).findFirst());
  }

  private Derivation joined(List<Derivation> parts) {
    List<Definition> forward = parts.get(0).forward().stream().map(this::withRole).toList();
    List<Adjoint> backward = parts.stream().flatMap(part -> part.backward().stream()).toList();
    Set<Derivation.Lemma> lemmas = new LinkedHashSet<>();
    Set<Phrase> modes = new LinkedHashSet<>();
    Set<Phrase> assumptions = new LinkedHashSet<>();
    Set<Phrase> nondifferentiable = new LinkedHashSet<>();
    parts.forEach(part -> {
      lemmas.addAll(part.lemmas());
      modes.addAll(part.modes());
      assumptions.addAll(part.assumptions());
      nondifferentiable.addAll(part.nondifferentiable());
    });
    return new Derivation(parts.get(0).model(), parts.get(0).form(), List.copyOf(modes), forward, List.copyOf(lemmas), backward, parts.stream().flatMap(part -> part.updates().stream()).toList(), List.copyOf(assumptions), List.copyOf(nondifferentiable), FlopCount.of(simplified));
  }

  private Definition withRole(Definition definition) {
    return losses.contains(definition.name()) ? definition.as(Role.LOSS) : trained.contains(definition.name()) ? definition.as(Role.PARAMETER) : definition;
  }
}
