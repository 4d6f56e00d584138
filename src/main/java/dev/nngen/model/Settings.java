package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Statement;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.Optional;

/** Reads the words after {@code samples} and {@code precision}. */
final class Settings {

  private Settings() {}

  /** Returns true for rows and false for columns; empty after a reported error. */
  static Optional<Boolean> rows(Statement.Samples samples, FaultReport report) {
    Optional<Boolean> rows = choose(samples.orientation(), "rows", "columns", "samples are", report);
    if (rows.isEmpty()) {
      report.disorient();
    }
    return rows;
  }

  /** Returns true for f32 and false for f64; empty after a reported error. */
  static Optional<Boolean> single(Statement.Precision precision, FaultReport report) {
    return choose(precision.name(), "f32", "f64", "the precision is", report);
  }

  private static Optional<Boolean> choose(Name word, String yes, String no, String subject, FaultReport report) {
    if (word.name().equals(yes) || word.name().equals(no)) {
      return Optional.of(word.name().equals(yes));
    }
    report.intrinsic(Diagnostic.of(ErrorCode.INVALID_SETTING, word.span(),
        subject + " `" + yes + "` or `" + no + "`, not `" + word.name() + "`"));
    return Optional.empty();
  }
}
