package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Writes functions and maxima over the axes of their arguments, with signs outside of odd functions. */
record FormFunctions(FormBuilder builder) {

  /** Applies a function to views over one loop nest. */
  View apply(Fn fn, List<View> arguments) {
    if (fn == Fn.STOP) {
      return arguments.get(0);
    }
    FactoredTerm argument = builder.factored(arguments.isEmpty() ? builder.number(Rational.ZERO) : arguments.get(0));
    if (builder.isDerived() && arguments.size() == 1 && isSigned(fn) && !argument.isNumber()) {
      Rational sign = argument.coefficient().signum() < 0 ? Rational.MINUS_ONE : Rational.ONE;
      Rational magnitude = fn == Fn.ABS || fn == Fn.SIGN ? argument.coefficient().abs() : Rational.ONE;
      Rational outside = (isOdd(fn) ? sign : Rational.ONE).times(fn == Fn.ABS ? magnitude : Rational.ONE);
      Rational inside = sign.over(magnitude);
      if (!inside.isOne()) {
        return builder.scaled(outside, applied(fn, List.of(builder.product(argument.times(inside)))));
      }
    }
    return applied(fn, arguments);
  }

  /** True for odd and even functions, which move the sign out of their argument. */
  private static boolean isSigned(Fn fn) {
    return fn.parity() != Fn.Parity.NONE;
  }

  private static boolean isOdd(Fn fn) {
    return fn.parity() == Fn.Parity.ODD;
  }

  private View applied(Fn fn, List<View> arguments) {
    Set<View> views = new LinkedHashSet<>(arguments);
    List<Integer> order = FormBuilder.axisOrder(views);
    List<View> local = arguments.stream().map(view -> FormBuilder.inverse(view, order)).toList();
    Node.Apply value = new Node.Apply(fn, builder.extents(views, order), local);
    int node = fn.isSymmetric() ? builder.symmetric(value) : builder.graph().add(value);
    return View.identity(node, order.size()).rewire(order);
  }

  View max(List<Extent> loops, int rank, View argument) {
    if (argument.axes().stream().noneMatch(axis -> axis >= rank)) {
      return argument;
    }
    List<Integer> order = new ArrayList<>(argument.axes().stream().filter(axis -> axis < rank).toList());
    int free = order.size();
    argument.axes().stream().filter(axis -> axis >= rank).forEach(order::add);
    int node = builder.graph().add(new Node.Max(order.stream().map(loops::get).toList(), free, FormBuilder.inverse(argument, order)));
    return View.identity(node, free).rewire(order.subList(0, free));
  }
}
