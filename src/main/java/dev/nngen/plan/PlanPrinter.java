package dev.nngen.plan;

import dev.nngen.ir.Offset;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints plans: the kernels in order with their entry points and steps, and the values that share memory. The axes of a nest are {@code i}, {@code j}
 * and so on from the outermost loop inwards.
 */
public final class PlanPrinter {

  private final StringBuilder text = new StringBuilder();

  private PlanPrinter() {}

  public static String print(Plan plan) {
    PlanPrinter printer = new PlanPrinter();
    plan.kernels().forEach(printer::print);
    plan.updates().forEach(update -> update.kernels().forEach(printer::print));
    plan.buffers().forEach(buffer -> printer.line(0, "memory " + buffer.tensors().stream().map(PlanPrinter::shaped).collect(Collectors.joining(", "))));
    return printer.text.toString();
  }

  private void line(int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  private static String shaped(Tensor tensor) {
    return tensor.name() + (tensor.dims().isEmpty() ? "" : tensor.dims());
  }

  private void print(Kernel kernel) {
    line(0, "kernel " + kernel.name() + " for " + kernel.programs().stream().map(EntryPoint::toString)
        .collect(Collectors.joining(", ")));
    kernel.steps().forEach(step -> {
      if (step instanceof MatrixProduct product) {
        print(product);
      } else if (step instanceof Sequence sequence) {
        line(1, "for each of " + sequence.steps() + " steps" + (sequence.backward() ? " from the last" : ""));
        sequence.nests().forEach(this::print);
      } else {
        print((LoopNest) step);
      }
    });
  }

  private void print(MatrixProduct product) {
    boolean scaled = !product.scale().equals(new Scalar.Number(Rational.ONE));
    line(1, "product " + shaped(product.to()) + " = " + (scaled ? scalars(List.of(), Map.of()).print(product.scale()) + " * " : "")
        + product.left().name() + (product.leftTransposed() ? "'" : "") + " * " + product.right().name() + (product.rightTransposed() ? "'" : ""));
  }

  private void print(LoopNest nest) {
    List<String> axes = IntStream.range(0, nest.axes().size()).mapToObj(k -> Character.toString((char) ('i' + k))).toList();
    Map<Integer, String> locals = new HashMap<>();
    List<String> subscripts = new ArrayList<>(axes);
    nest.derived().forEach(derived -> subscripts.add(subscript(derived, axes)));
    ScalarPrinter scalars = scalars(subscripts, locals);
    line(1, "nest" + IntStream.range(0, axes.size()).mapToObj(k -> " " + axes.get(k) + " < " + nest.axes().get(k)).collect(Collectors.joining(","))
        + (nest.flat() ? " flat" : ""));
    nest.lets().forEach(let -> {
      String value = scalars.print(let.value());
      locals.put(let.id(), locals.containsValue(let.name()) ? let.name() + "'" + let.id() : let.name());
      line(2, "let " + locals.get(let.id()) + " = " + value + (let.depth() < (nest.flat() ? 1 : axes.size()) ? " at depth " + let.depth() : ""));
    });
    nest.effects().forEach(effect -> line(2, entry(effect.to(), effect.at(), subscripts) + print(effect, scalars)));
  }

  private static String print(LoopNest.Effect effect, ScalarPrinter scalars) {
    String value = scalars.print(effect.value());
    if (effect instanceof LoopNest.Scatter) {
      return " = sum of " + value;
    }
    if (!(effect instanceof LoopNest.Reduce reduce)) {
      return " = " + value;
    }
    boolean scaled = !reduce.scale().equals(new Scalar.Number(Rational.ONE));
    return " = " + (scaled ? scalars.print(reduce.scale()) + " * " : "") + reduce.reduction().name().toLowerCase(Locale.ROOT) + " of " + value;
  }

  private static ScalarPrinter scalars(List<String> axes, Map<Integer, String> locals) {
    return new ScalarPrinter(leaf -> leaf instanceof Scalar.Load load ? entry(load.tensor(), load.at(), axes)
        : leaf instanceof Scalar.Position position ? axes.get(position.position()) : locals.get(((Scalar.Local) leaf).id()));
  }

  /** Returns a computed subscript as text; a data-dependent one is a number sign. */
  private static String subscript(LoopNest.Derived derived, List<String> axes) {
    StringBuilder text = new StringBuilder();
    derived.value().terms().forEach(term -> text.append(text.length() == 0 ? "" : " + ").append(term.coefficient() == 1 ? "" : term.coefficient() + " * ").append(axes.get(term.axis())));
    Offset constant = derived.value().constant();
    String number = constant.toString();
    text.append(text.length() == 0 ? number : constant.isZero() ? "" : number.startsWith("-") ? " - " + number.substring(1) : " + " + number);
    String quotient = derived.divisor() == 1 ? text.toString() : "(" + text + ") / " + derived.divisor();
    return derived.modulus() == 0 ? quotient : "(" + quotient + ") % " + derived.modulus();
  }

  private static String entry(Tensor tensor, List<Integer> at, List<String> axes) {
    return tensor.name() + (at.isEmpty() ? "" : at.stream().map(position -> position < 0 ? "#" : axes.get(position)).collect(Collectors.joining(", ", "[", "]")));
  }
}
