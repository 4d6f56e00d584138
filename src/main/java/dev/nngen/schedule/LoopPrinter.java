package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.ScalarPrinter;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Contract;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Fold;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Index;
import dev.nngen.schedule.Instruction.Lanes;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import dev.nngen.schedule.Instruction.MultiplyAdd;
import dev.nngen.schedule.Instruction.Store;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints loop programs, one instruction per line. An entry is {@code X[offset]}, a vector of entries {@code X[offset..]}. Variables with the same
 * name are printed with their numbers.
 */
final class LoopPrinter {

  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final ScalarPrinter scalars = new ScalarPrinter(this::leaf);
  private int depth;

  private LoopPrinter() {}

  static String print(LoopProgram program) {
    LoopPrinter printer = new LoopPrinter();
    if (!program.parameters().isEmpty()) {
      printer.line("given " + program.parameters().stream().map(printer::name).collect(Collectors.joining(", ")));
    }
    printer.block(program.body());
    return printer.text.toString();
  }

  private void line(String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  private String name(Variable variable) {
    String name = variable.name() + variable.suffix();
    return names.computeIfAbsent(variable.id(), id -> taken.add(name) ? name : name + "'" + id);
  }

  private String number(Affine number) {
    return number.text(this::name, Extent.Symbol::name);
  }

  private String bound(Bound bound) {
    return switch (bound.rounding()) {
      case NONE -> number(bound.at());
      case TO_VECTORS -> "vectors(" + number(bound.at()) + ")";
      case TO_TILES -> "tiles(" + number(bound.at()) + ", " + bound.multiple() + ")";
      case AT_MOST_A_VECTOR -> "min(lanes, " + number(bound.at()) + ")";
    };
  }

  private String limited(Bound bound, String choice) {
    String limits = bound.limits().stream().map(limit -> ", " + (limit.divisor() == 1 ? number(limit.value()) : "(" + number(limit.value()) + ") / " + limit.divisor()))
        .collect(Collectors.joining());
    return limits.isEmpty() ? bound(bound) : choice + "(" + bound(bound) + limits + ")";
  }

  private String leaf(Scalar scalar) {
    if (scalar instanceof CounterExpression count) {
      return number(count.number());
    }
    if (scalar instanceof Entry entry) {
      return entry.tensor().isScalar() ? entry.tensor().name()
          : entry.tensor().name() + "[" + number(entry.offset()) + (entry.type() == Type.VECTOR ? ".." : "") + "]";
    }
    return scalar instanceof Scalar.Local local ? names.getOrDefault(local.id(), "?" + local.id()) : scalar.toString();
  }

  private void block(List<Instruction> code) {
    code.forEach(this::print);
  }

  private void nested(String head, List<Instruction> code) {
    line(head + " {");
    depth++;
    block(code);
    depth--;
    line("}");
  }

  private void print(Instruction instruction) {
    if (instruction instanceof Loop loop) {
      nested(loop.kind().name().toLowerCase(Locale.ROOT) + " " + name(loop.counter()) + " in " + limited(loop.from(), "max") + " .. " + limited(loop.to(), "min")
          + (loop.step() == 1 ? "" : " step " + loop.step()), loop.body());
    } else if (instruction instanceof Gemm gemm) {
      print(gemm);
    } else if (instruction instanceof Let let) {
      String value = scalars.print(let.value());
      line("let " + name(let.variable()) + type(let.type()) + " = " + value);
    } else if (instruction instanceof Index index) {
      line("index " + name(index.variable()) + " = " + number(index.value()));
    } else if (instruction instanceof Instruction.Digit digit) {
      line("index " + name(digit.variable()) + " = (" + number(digit.value()) + ") / " + digit.divisor() + (digit.modulus() == 0 ? "" : " mod " + digit.modulus()));
    } else if (instruction instanceof Instruction.Whole whole) {
      String value = scalars.print(whole.value());
      line("index " + name(whole.variable()) + " = whole(" + value + ")");
    } else if (instruction instanceof Accumulator accumulator) {
      String name = accumulator.to() instanceof Scalar.Local ? name(accumulator.variable()) : leaf(accumulator.to());
      line("var " + name + type(accumulator.type()) + " = " + neutral(accumulator.reduction()));
    } else if (instruction instanceof Lanes lanes) {
      line("var " + name(lanes.variable()) + type(Type.VECTOR) + " = " + neutral(lanes.reduction()));
    } else if (instruction instanceof Accumulate accumulate) {
      line(leaf(accumulate.to()) + operator(accumulate.reduction()) + scalars.print(accumulate.value()));
    } else if (instruction instanceof MultiplyAdd sum) {
      line(leaf(sum.to()) + " += fma " + scalars.print(sum.factor()) + ", " + scalars.print(sum.other()));
    } else if (instruction instanceof Fold fold) {
      line(leaf(fold.to()) + operator(fold.reduction()) + "lanes(" + name(fold.lanes()) + ")");
    } else if (instruction instanceof Store store) {
      line(leaf(store.to()) + " = " + scalars.print(store.value()));
    } else if (instruction instanceof Multiply product) {
      line("multiply " + leaf(product.to()) + "(" + number(product.toRow()) + ", 1)" + (product.accumulates() ? " += " : " = ") + scalars.print(product.scale()) + " * " + leaf(product.left()) + "(" + number(product.leftRow()) + ", "
          + number(product.leftDepth()) + ") * " + leaf(product.right()) + "(" + number(product.rightDepth()) + ", " + number(product.rightColumn()) + "), "
          + number(product.rows()) + " x " + number(product.columns()) + ", " + number(product.depth()) + " terms");
    } else if (instruction instanceof Contract sum) {
      line("contract " + leaf(sum.to()) + (sum.accumulates() ? " += " : " = ") + scalars.print(sum.scale()) + " * " + leaf(sum.left()) + " * " + leaf(sum.right())
          + axes("rows", sum.rows()) + axes("columns", sum.columns()) + axes("terms", sum.terms()));
    } else if (instruction instanceof Instruction.Outlined part) {
      nested("method(" + Stream.concat(part.integers().stream(), part.numbers().stream()).map(this::name).collect(Collectors.joining(", ")) + ")", part.body());
    } else if (instruction instanceof Fill fill) {
      line("fill " + fill.tensor().name() + "[" + number(fill.from()) + " .. " + number(fill.to()) + "] = " + neutral(fill.reduction()));
    }
  }

  private String axes(String side, List<Instruction.Axis> axes) {
    return axes.stream().map(axis -> "(" + number(axis.length()) + ": " + number(axis.one()) + ", " + number(axis.other()) + ")").collect(Collectors.joining(" ", ", " + side + " ", ""));
  }

  private void print(Gemm gemm) {
    MatrixProduct product = gemm.product();
    String head = "gemm " + product.to().name() + (gemm.isStored() ? "" : " (not stored)") + " = " + scalars.print(NestLowering.lower(product.scale())) + " * "
        + product.left().name() + (product.leftTransposed() ? "'" : "") + " * " + product.right().name() + (product.rightTransposed() ? "'" : "")
        + gemm.part().map(part -> (part.loop() == 0 ? " rows " : " columns ") + range(part.range())).orElse("");
    if (gemm.body().isEmpty()) {
      line(head);
    } else {
      nested(head + gemm.blocks().stream().map(this::range).collect(Collectors.joining(", ", " in blocks ", "")), gemm.body());
    }
  }

  private String range(Instruction.Range range) {
    return name(range.first()) + " .. " + name(range.last());
  }

  private static String type(Type type) {
    return type == Type.VECTOR ? ": vector" : "";
  }

  private static String operator(Reduction reduction) {
    return reduction == Reduction.MAX ? " max= " : " += ";
  }

  private static String neutral(Reduction reduction) {
    return reduction == Reduction.MAX ? "-inf" : "0";
  }
}
