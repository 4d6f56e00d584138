package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Cost;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.Formula;
import dev.nngen.formula.LatexPrinter;
import dev.nngen.formula.TextPrinter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Renders a derivation as JSON (RFC 8259), version 1:
 *
 * <pre>
 * { "version": 1, "model": "...", "form": "matrix", "modes": [],
 *   "forward": [{ "name", "shape", "role", "language", "text", "latex", "like", "uses": [] }],
 *   "backward": [{ "name", "value", "shared", "shape", "parameter", "language", "note", "like", "from": [], "uses": [],
 *                  "lines": [{ "left", "relation", "text", "latex", "rule", "why", "proved" }] }],
 *   "assumptions": [], "nondifferentiable": [],
 *   "costs": { "parameters": 0, "rows": [{ "label", "perSample", "fixed", "unit" }] } }
 * </pre>
 *
 * {@code language} is text of the language, empty if there is none. A line's {@code relation} is {@code equal}; {@code approximate} if it is not
 * proved, with the number of agreeing random points in {@code why}; or {@code therefore} for the matrix after lines about an entry. {@code like} is
 * null or the name of an earlier element of the same array that is equal up to names. {@code note} is about omitted steps. Members may be added
 * within a version.
 */
final class JsonRenderer {

  private final TextPrinter printer = new TextPrinter(false);
  private final LatexPrinter latex = new LatexPrinter();

  String render(Derivation derivation) {
    return object(
        member("version", "1"),
        member("model", string(derivation.model())),
        member("form", string(derivation.form().name().toLowerCase(Locale.ROOT))),
        member("modes", array(derivation.modes(), JsonRenderer::sentence)),
        member("forward", array(derivation.forward(), this::definition)),
        member("backward", array(derivation.backward(), this::adjoint)),
        member("assumptions", array(derivation.assumptions(), JsonRenderer::sentence)),
        member("nondifferentiable", array(derivation.nondifferentiable(), JsonRenderer::sentence)),
        member("costs", object(member("parameters", Long.toString(derivation.costs().parameters())),
            member("rows", array(derivation.costs().rows(), JsonRenderer::cost))))) + "\n";
  }

  private String definition(Definition definition) {
    return object(
        member("name", string(definition.name())),
        member("shape", string(definition.shape())),
        member("role", string(definition.role().name().toLowerCase(Locale.ROOT))),
        member("language", string(definition.language())),
        member("text", string(equation(definition, printer::text))),
        member("latex", string(equation(definition, latex::latex))),
        member("like", definition.like().map(JsonRenderer::string).orElse("null")),
        member("uses", array(definition.uses(), JsonRenderer::string)));
  }

  private static String equation(Definition definition, Function<Formula, String> print) {
    return print.apply(definition.left()) + definition.right().map(right -> " = " + print.apply(right)).orElse("");
  }

  private String adjoint(Adjoint adjoint) {
    return object(
        member("name", string(adjoint.name())),
        member("value", string(adjoint.value())),
        member("shared", Boolean.toString(adjoint.shared())),
        member("shape", string(adjoint.shape())),
        member("parameter", Boolean.toString(adjoint.parameter())),
        member("language", string(adjoint.language())),
        member("note", string(adjoint.note())),
        member("like", adjoint.like().map(JsonRenderer::string).orElse("null")),
        member("from", array(adjoint.from(), JsonRenderer::string)),
        member("uses", array(adjoint.uses(), JsonRenderer::string)),
        member("lines", array(adjoint.lines(), this::line)));
  }

  private String line(Line line) {
    return object(
        member("left", string(printer.text(line.left()))),
        member("relation", string(line.relation().name().toLowerCase(Locale.ROOT))),
        member("text", string(printer.text(line.formula()))),
        member("latex", string(latex.latex(line.formula()))),
        member("rule", string(line.rule().key())),
        member("why", sentence(line.why())),
        member("proved", Boolean.toString(line.isProved())));
  }

  private static String cost(Cost cost) {
    return object(member("label", string(cost.label())), member("perSample", Long.toString(cost.perSample())),
        member("fixed", Long.toString(cost.fixed())), member("unit", string(cost.unit())));
  }

  private static String member(String name, String value) {
    return string(name) + ": " + value;
  }

  private static String object(String... members) {
    return "{\n" + indented(String.join(",\n", members)) + "\n}";
  }

  private static <T> String array(List<T> items, Function<T, String> print) {
    return items.isEmpty() ? "[]" : "[\n" + indented(String.join(",\n", items.stream().map(print).toList())) + "\n]";
  }

  private static String indented(String text) {
    return text.lines().map(line -> "  " + line).collect(java.util.stream.Collectors.joining("\n"));
  }

  private static String sentence(Phrase phrase) {
    return string(phrase.text());
  }

  static String string(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int k = 0; k < text.length(); k++) {
      char c = text.charAt(k);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> quoted.append(c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : Character.toString(c));
      }
    }
    return quoted.append('"').toString();
  }
}
