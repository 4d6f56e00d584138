package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.TextPrinter;
import java.util.ArrayList;
import java.util.List;

/** A derivation for a terminal: formulas on the left, reasons on the right. */
final class TextRenderer {

  /** Formulas up to this width share a line with their reasons. */
  private static final int WIDEST = 72;

  private final boolean ascii;
  private final TextPrinter printer;
  private final StringBuilder text = new StringBuilder();

  TextRenderer(boolean ascii) {
    this.ascii = ascii;
    this.printer = new TextPrinter(ascii);
  }

  String render(Derivation derivation) {
    text.append("model ").append(derivation.model()).append('\n');
    heading(Sections.FORWARD);
    columns(derivation.forward().stream().map(this::row).toList());
    heading(Sections.BACKWARD);
    Sections.blocks(derivation.backward()).forEach(this::block);
    list(Sections.ASSUMPTIONS, derivation.assumptions());
    list(Sections.KINKS, derivation.kinks());
    heading(Sections.COSTS);
    List<Row> costs = new ArrayList<>();
    costs.add(new Row("parameters", Sections.number(derivation.costs().parameters())));
    derivation.costs().rows().forEach(cost -> costs.add(new Row(cost.label(), Sections.amount(cost))));
    columns(costs);
    return text.toString();
  }

  private record Row(String left, String right) {}

  private void heading(String title) {
    text.append('\n').append(title).append('\n');
  }

  private Row row(Definition definition) {
    String left = printer.text(definition.left());
    String equation = definition.right().map(right -> left + " = " + printer.text(right)).orElse(left);
    return new Row(equation, definition.shape() + role(definition.role()));
  }

  private static String role(Derivation.Role role) {
    return switch (role) {
      case INPUT -> ", input";
      case TARGET -> ", target";
      case PARAMETER -> ", parameter";
      case OUTPUT -> ", output";
      case LOSS -> ", minimised";
      case VALUE -> "";
    };
  }

  private void block(List<Adjoint> block) {
    if (Sections.isRepeated(block)) {
      text.append("  equal layers, derived alike:\n");
      columns(block.stream().map(adjoint -> new Row("  " + equation(adjoint, adjoint.last()), "as " + adjoint.like().get())).toList());
      text.append('\n');
      return;
    }
    for (Adjoint adjoint : block) {
      columns(rows(adjoint));
      text.append('\n');
    }
  }

  private String equation(Adjoint adjoint, Line line) {
    return printer.text(adjoint.left()) + relation(line) + printer.text(line.formula());
  }

  private String relation(Line line) {
    return line.isProved() ? " = " : ascii ? " ~ " : " ≈ ";
  }

  private List<Row> rows(Adjoint adjoint) {
    String left = printer.text(adjoint.left());
    List<Row> rows = new ArrayList<>();
    for (Line line : adjoint.lines()) {
      String start = rows.isEmpty() ? left : " ".repeat(left.length());
      rows.add(new Row(start + relation(line) + printer.text(line.formula()), line.reason()));
    }
    return rows;
  }

  /** Two columns; what is too long for the left one has its reason on the next line. */
  private void columns(List<Row> rows) {
    int width = rows.stream().mapToInt(row -> row.left().length()).filter(length -> length <= WIDEST).max().orElse(WIDEST);
    for (Row row : rows) {
      boolean fits = row.left().length() <= width;
      text.append("  ").append(row.left()).append(fits ? " ".repeat(width - row.left().length()) : "\n  " + " ".repeat(width))
          .append("  ").append(row.right()).append('\n');
    }
  }

  private void list(String title, List<String> sentences) {
    if (!sentences.isEmpty()) {
      heading(title);
      sentences.forEach(sentence -> text.append("  ").append(sentence).append('\n'));
    }
  }
}
