package dev.nngen.model;

import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.Repeat;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;

/** Expands {@code repeat n { .. }}: the definitions, blocks and repetitions in it, one round after the other. */
record RepeatExpansion(Session session) {

  /** Calls the consumer with each statement and the number of its round, counted from 1. Statements that define nothing for a round are errors. */
  void forEach(Repeat repeat, Frame frame, ObjIntConsumer<Statement> consumer) {
    OptionalInt count = session.sizing.number(repeat.count(), frame);
    boolean fits = true;
    for (Statement statement : repeat.body()) {
      boolean defines = statement instanceof Statement.Definition || statement instanceof Statement.Unpacking || statement instanceof Statement.Over || statement instanceof Repeat;
      if (!defines) {
        session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "only definitions and blocks can be repeated")
            .help("a layer that is called in a round has parameters of its own there"));
      }
      fits &= defines;
    }
    if (!fits || count.isEmpty()) {
      repeat.body().stream().flatMap(statement -> Declarations.names(statement).stream()).forEach(name -> frame.bind(name.name(), Values.POISON, name.span()));
      return;
    }
    for (int round = 1; round <= count.getAsInt(); round++) {
      for (Statement statement : repeat.body()) {
        consumer.accept(statement, round);
      }
    }
  }
}
