package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Fn;
import java.util.List;

/** Writes the graph's entrywise functions in the notation of the language. */
final class FunctionNotation {

  private FunctionNotation() {}

  static Formula apply(Fn fn, Kind kind, List<Formula> arguments) {
    return switch (fn) {
      case POW -> new Formula.Power(kind, arguments.get(0), arguments.get(1));
      case GREATER -> new Formula.Compare(">", arguments.get(0), arguments.get(1));
      case AT_LEAST -> new Formula.Compare(">=", arguments.get(0), arguments.get(1));
      case EQUAL -> new Formula.Compare("==", arguments.get(0), arguments.get(1));
      case MAXIMUM -> new Formula.Call("max", 0, arguments);
      case MINIMUM -> new Formula.Call("min", 0, arguments);
      case PI -> new Formula.Name("pi");
      default -> new Formula.Call(fn.label(), 0, arguments);
    };
  }
}
