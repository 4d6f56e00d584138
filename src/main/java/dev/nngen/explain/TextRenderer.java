package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.explain.Sections.Shown;
import dev.nngen.formula.Formula;
import dev.nngen.formula.TextPrinter;
import java.util.ArrayList;
import java.util.List;

/** Renders a derivation for a terminal: formulas on the left, reasons on the right. */
final class TextRenderer extends DocumentRenderer {

  /** Formulas up to this width share a line with their reasons. */
  private static final int WIDEST = 60;

  /** Longer formulas and reasons continue on the next line. */
  private static final int PAGE = 98;

  /** Smallest width to which formulas are broken. */
  private static final int NARROWEST = 40;

  private final boolean ascii;
  private final TextPrinter printer;

  TextRenderer(boolean ascii) {
    this.ascii = ascii;
    this.printer = new TextPrinter(ascii);
  }

  String render(Derivation derivation) {
    text.append("model ").append(derivation.model()).append('\n');
    body(derivation);
    return text.toString();
  }

  /** A formula on one or more lines, and its reason. */
  private record Row(List<String> left, String right) {
    Row(String left, String right) {
      this(List.of(left), right);
    }

    int width() {
      return left.stream().mapToInt(String::length).max().orElse(0);
    }
  }

  @Override
  void heading(String title) {
    text.append(text.indexOf("\n\n", text.length() - 2) >= 0 ? "" : "\n").append(title).append('\n');
  }

  @Override
  void results(List<Shown<Adjoint>> gradients) {
    columns(gradients.stream().map(shown -> {
      Adjoint adjoint = shown.first();
      String meaning = adjoint.meaning().map(of -> " = " + printer.text(of)).orElse("");
      return new Row(equation(printer.text(adjoint.conclusion().left()) + meaning, sign(adjoint.conclusion()), adjoint.conclusion().formula()),
          Sections.others(shown).print(this));
    }).toList());
    text.append('\n');
  }

  @Override
  void update(Derivation.Update update) {
    for (String line : wrapped(update.about().print(this), PAGE)) {
      text.append("  ").append(line).append('\n');
    }
    update.assignments().forEach(assignment -> equation(printer.text(assignment.left()), ascii ? " <- " : " ← ", assignment.right())
        .forEach(line -> text.append("    ").append(line).append('\n')));
    text.append('\n');
  }

  private String sign(Line line) {
    return line.relation() == Relation.APPROXIMATE ? ascii ? " ~ " : " ≈ " : " = ";
  }

  @Override
  void forward(List<Shown<Definition>> values) {
    columns(values.stream().map(this::row).toList());
    text.append('\n');
  }

  private Row row(Shown<Definition> shown) {
    Definition definition = shown.first();
    String left = printer.text(definition.left());
    List<String> lines = definition.right().map(right -> equation(left, " = ", right)).orElse(List.of(left));
    return new Row(lines, Phrase.words(Sections.describe(definition)).and(Sections.otherValues(shown)).print(this));
  }

  /** Returns the lines of the formula after the sign, broken if it is long. */
  private List<String> equation(String left, String sign, Formula right) {
    List<String> lines = new ArrayList<>();
    boolean isWide = left.length() > PAGE / 2 && left.length() + sign.length() + printer.text(right).length() > PAGE - 2;
    if (isWide) {
      lines.add(left);
      lines.addAll(equation("   ", sign, right));
      return lines;
    }
    for (String line : printer.lines(right, Math.max(NARROWEST, PAGE - 4 - left.length() - sign.length()))) {
      lines.add(lines.isEmpty() ? left + sign + line.stripTrailing() : " ".repeat(left.length() + sign.length() + 2) + line.strip());
    }
    return lines;
  }

  @Override
  void lemmas(List<Derivation.Lemma> lemmas) {
    for (Derivation.Lemma lemma : lemmas) {
      List<String> lines = new ArrayList<>(equation(printer.text(lemma.value()) + " = " + printer.text(lemma.call()), " = ", lemma.definition()));
      String left = printer.text(lemma.derivative());
      for (Formula line : lemma.lines()) {
        lines.addAll(equation(line == lemma.lines().get(0) ? left : " ".repeat(left.length()), " = ", line));
      }
      lines.forEach(line -> text.append("  ").append(line).append('\n'));
      text.append('\n');
    }
  }

  @Override
  void adjoint(Adjoint adjoint) {
    List<Row> rows = new ArrayList<>();
    String left = printer.text(adjoint.left());
    for (Line line : adjoint.lines()) {
      rows.add(new Row(lines(line, rows.isEmpty() ? left : " ".repeat(left.length())), line.reason().print(this)));
    }
    columns(rows);
    if (!adjoint.note().isEmpty()) {
      sentence(adjoint.note());
    }
    text.append('\n');
  }

  private List<String> lines(Line line, String left) {
    return switch (line.relation()) {
      case EQUAL, APPROXIMATE -> equation(left, sign(line), line.formula());
      case THEREFORE -> equation((ascii ? "=> " : "⇒ ") + printer.text(line.left()), " = ", line.formula());
    };
  }

  @Override
  void alike(List<Shown<Adjoint>> gradients) {
    text.append("  equal layers, derived alike:\n");
    columns(gradients.stream().map(shown -> {
      Line last = shown.first().conclusion();
      List<String> lines = equation(printer.text(last.left()), sign(last), last.formula());
      return new Row(lines.stream().map(line -> "  " + line).toList(), likeness(shown));
    }).toList());
    text.append('\n');
  }

  @Override
  void costs(Derivation derivation) {
    heading("Costs");
    List<Row> costs = new ArrayList<>();
    costs.add(new Row("parameters", Sections.number(derivation.costs().parameters())));
    derivation.costs().rows().forEach(cost -> costs.add(new Row(cost.label(), Sections.amount(cost))));
    columns(costs);
  }

  @Override
  void items(List<String> sentences) {
    sentences.forEach(this::sentence);
  }

  /** Writes a sentence or a statement, which continues on the next line between words. */
  private void sentence(String sentence) {
    StringBuilder line = new StringBuilder(" ");
    for (String word : sentence.split(" ")) {
      if (line.length() + 1 + word.length() > PAGE && !line.toString().isBlank()) {
        text.append(line).append('\n');
        line.setLength(0);
        line.append("     ");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }

  @Override
  void claims(List<String> claims) {
    claims.forEach(this::sentence);
  }

  /** Writes two columns. A formula too long for the left column has its reason on the next line. */
  private void columns(List<Row> rows) {
    int width = rows.stream().mapToInt(Row::width).filter(length -> length <= WIDEST).max().orElse(WIDEST / 2);
    for (Row row : rows) {
      row.left().subList(0, row.left().size() - 1).forEach(line -> text.append("  ").append(line).append('\n'));
      String last = row.left().get(row.left().size() - 1);
      text.append("  ").append(last);
      if (row.right().isEmpty()) {
        text.append('\n');
        continue;
      }
      List<String> reasons = wrapped(row.right(), PAGE - 2 - width);
      int longest = reasons.stream().mapToInt(String::length).max().orElse(0);
      boolean fits = longest <= PAGE - 2 - width;
      String indent = " ".repeat(fits ? width + 4 : Math.max(NARROWEST / 10, PAGE + 2 - longest));
      text.append(fits && last.length() <= width ? " ".repeat(width + 2 - last.length()) : "\n" + indent)
          .append(String.join("\n" + indent, reasons)).append('\n');
    }
  }

  /** Returns the sentence, or a line for each of its parts if it is too long. */
  private static List<String> wrapped(String sentence, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String part : sentence.split("(?<=; )|(?<=: )|(?<=, )(?=since )")) {
      if (!line.isEmpty() && line.length() + part.length() > width) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      line.append(part);
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  @Override
  public String words(String words) {
    return words;
  }

  @Override
  public String formula(Formula formula) {
    return printer.text(formula);
  }

  @Override
  public String relation(boolean proved) {
    return proved ? " = " : ascii ? " ~ " : " ≈ ";
  }

  @Override
  public String inline(String math) {
    return math;
  }
}
