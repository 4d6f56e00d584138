package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Proof;
import dev.nngen.simplify.Prover;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides the claims of a model's {@code prove} statements, and reports every claim that is not proved. */
final class ClaimCheck {

  private final Program<Phase.Differentiated> program;
  private final Diagnostics diagnostics;

  private final DerivedGradient derived;

  private ClaimCheck(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> program, Diagnostics diagnostics) {
    this.derived = new DerivedGradient(lowered, program);
    this.program = program;
    this.diagnostics = diagnostics;
  }

  /**
   * Decides all claims of a program, in the order of the text.
   *
   * @param lowered the program of the text
   * @param program differentiated and not yet simplified
   */
  static List<CompiledModel.Decided> decide(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> program, Diagnostics diagnostics) {
    if (program.claims().isEmpty()) {
      return List.of();
    }
    ClaimCheck claims = new ClaimCheck(lowered, program, diagnostics);
    Prover prover = new Prover(program);
    return program.claims().stream().map(claim -> claims.decide(claim, prover)).toList();
  }

  private CompiledModel.Decided decide(Program.Claim claim, Prover prover) {
    Proof proof;
    try {
      proof = prover.decide(claim, seed -> point(claim, seed));
      diagnostic(claim, proof).ifPresent(diagnostics::report);
    } catch (NoPoint none) {
      proof = new Proof.Unproved(0, false);
      diagnostics.report(open(claim).help(none.getMessage()));
    }
    return new CompiledModel.Decided(claim, proof);
  }

  private Prover.Point point(Program.Claim claim, long seed) {
    MemoryBudget.shortage(program, List.of(claim.left(), claim.right()), AdmissiblePoint.extents(program, seed)).ifPresent(lacking -> {
      throw new NoPoint(lacking);
    });
    return AdmissiblePoint.of(program, seed).orElseThrow(() -> new NoPoint("no data was found that satisfies the model's facts"));
  }

  private Optional<Diagnostic> diagnostic(Program.Claim claim, Proof proof) {
    if (proof instanceof Proof.Refuted refuted) {
      return Optional.of(refutation(claim, refuted));
    }
    return proof instanceof Proof.Unproved unproved
        ? Optional.of(open(claim).help(unproved.zero() ? "both sides are zero at every point tried, which does not prove it"
            : "the sides agree at " + unproved.points() + " random points, which does not prove it")) : Optional.empty();
  }

  private static Diagnostic open(Program.Claim claim) {
    return Diagnostic.of(ErrorCode.NOT_PROVED, claim.span(), "this is neither proved nor refuted");
  }

  private Diagnostic refutation(Program.Claim claim, Proof.Refuted refuted) {
    String at = refuted.place().isEmpty() ? "" : " at " + refuted.place();
    Diagnostic diagnostic = Diagnostic.of(ErrorCode.REFUTED, claim.span(), String.format(Locale.ROOT,
            "this does not hold: the left side is %.6g%s, the right side %.6g", refuted.left(), at, refuted.right()))
        .help("the sides differ where\n" + String.join("\n", refuted.point()));
    return derived.of(claim).map(holds -> diagnostic.help("derived: " + holds)).orElse(diagnostic);
  }

  /** Signals that no admissible point was found. */
  private static final class NoPoint extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoPoint(String message) {
      super(message);
    }
  }
}
