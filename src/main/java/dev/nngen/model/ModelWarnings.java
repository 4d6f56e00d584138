package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.BitSet;

/** Warns of legal code that is surely a mistake. */
final class ModelWarnings {

  private final Session session;

  ModelWarnings(Session session) {
    this.session = session;
  }

  /** Warns of hidden units with equal initial weights, which stay equal in training because no parameter is random. */
  void equalUnits(Dependence dependence) {
    boolean drawn = session.parameters.stream().anyMatch(p -> p.initial().kind() != Initial.Kind.CONSTANT);
    for (int id = 0; !drawn && id < session.values.size(); id++) {
      Value value = session.values.get(id);
      if (value.op() == Op.Operator.MATRIX_PRODUCT && !session.values.shape(value.operands().get(0)).columns().isOne()) {
        int left = value.operands().get(0);
        int right = value.operands().get(1);
        int outer = matrix(left) >= 0 ? matrix(left) : matrix(right);
        int inner = outer < 0 ? -1 : innermost(outer == matrix(left) ? right : left, outer, dependence);
        if (inner >= 0) {
          warn(session.parameters.get(inner));
          return;
        }
      }
    }
  }

  private void warn(Parameters.Declared parameter) {
    String name = parameter.local().name;
    session.report.error(Diagnostic.of(ErrorCode.EQUAL_UNITS, parameter.decl().name().span(), "the units of `" + name
        + "` stay equal: no parameter is drawn at random, so all have the same gradient")
        .help("initialize it at random: `= glorot`"));
  }

  /** Returns the trained weight matrix that a value is, transposed or not; -1 if it is not one. */
  private int matrix(int id) {
    Value value = session.values.get(id);
    if (value.op() == Op.Operator.TRANSPOSE) {
      return matrix(value.operands().get(0));
    }
    return value.op() instanceof Op.Param param && session.parameters.get(param.index()).matrix()
        && !session.parameters.get(param.index()).decl().frozen() ? param.index() : -1;
  }

  /** Returns the first other weight matrix that a value depends on; -1 if there is none. */
  private int innermost(int value, int other, Dependence dependence) {
    BitSet roots = new BitSet();
    roots.set(value);
    return dependence.needed(roots).stream().map(this::matrix).filter(k -> k >= 0 && k != other).findFirst().orElse(-1);
  }
}
