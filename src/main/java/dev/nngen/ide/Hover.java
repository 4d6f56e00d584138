package dev.nngen.ide;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.explain.ExplainOptions;
import dev.nngen.explain.UnknownNameException;
import dev.nngen.formula.Form;
import dev.nngen.formula.TextPrinter;
import dev.nngen.ir.Interval;
import dev.nngen.model.KnownNames;
import dev.nngen.model.Model;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;
import dev.nngen.simplify.IntervalAnalysis;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Hover texts of words, in Markdown. */
public final class Hover {

  /** Largest number of lines of a derivation; {@code explain} shows all. */
  private static final int MOST_LINES = 8;

  private Hover() {}

  /** Returns the text that needs no derivation: kind, shape and declaration, or a signature, or the use of a keyword. */
  public static Optional<String> quick(Analysis analysis, int offset) {
    return analysis.word(offset).flatMap(word -> value(analysis, word).or(() -> callable(analysis, word)).or(() -> keyword(word)));
  }

  /** Returns range and gradient of the value at an offset, empty if there is none. Takes as long as compiling on first use. */
  public static Optional<String> derived(Analysis analysis, int offset) {
    return analysis.word(offset).filter(word -> word.role() != Role.KEYWORD && shape(analysis, word).isPresent())
        .flatMap(word -> analysis.compiled(offset).map(model -> range(model, word.text()) + gradient(model, word.text()))).filter(text -> !text.isEmpty());
  }

  private static Optional<String> value(Analysis analysis, Lexeme word) {
    Optional<DefinedName> binding = word.role() == Role.KEYWORD ? Optional.empty() : analysis.bindings().find(word.text(), word.span().start());
    Optional<String> shape = shape(analysis, word);
    if (binding.isEmpty() && (shape.isEmpty() || analysis.vocabulary().find(word.text()).isPresent())) {
      return Optional.empty();
    }
    String kind = binding.map(found -> found.kind().word()).orElse("value of a layer");
    boolean declared = binding.map(found -> found.kind() != DefinedName.Kind.ARGUMENT && found.kind() != DefinedName.Kind.INDEX).orElse(false);
    String head = "**" + kind + "** `" + word.text() + "`" + shape.map(text -> ": " + text).orElse("");
    return Optional.of(head + (declared ? code(excerpt(binding.get().declaration())) : ""));
  }

  private static Optional<String> shape(Analysis analysis, Lexeme word) {
    Optional<Model> model = analysis.model(word.span().start());
    return model.flatMap(known -> known.names().stream().filter(named -> named.name().equals(word.text())).findFirst()
        .map(named -> known.values().get(named.value()).shape().toString().replace(" x ", " × ")));
  }

  private static Optional<String> callable(Analysis analysis, Lexeme word) {
    boolean called = word.role() == Role.CALLEE || word.role() == Role.NAME || word.role() == Role.REDUCTION;
    return (called ? analysis.vocabulary().find(word.text()) : Optional.<KnownNames.Callable>empty()).map(Hover::describe);
  }

  /** Returns the signature of a callable, and the comment above its definition. */
  static String describe(KnownNames.Callable callable) {
    return code(callable.kind().name().toLowerCase(Locale.ROOT) + " " + callable.signature()).stripLeading()
        + callable.place().map(Hover::comment).filter(text -> !text.isEmpty()).map(text -> "\n\n" + text).orElse("");
  }

  private static Optional<String> keyword(Lexeme word) {
    return Words.find(word.text()).map(found -> found.sentence() + code(found.example()));
  }

  /** Returns the line comments directly above a definition. */
  static String comment(Span place) {
    Source source = place.source();
    Deque<String> lines = new ArrayDeque<>();
    int start = source.lineStart(place.start());
    while (start > 0) {
      start = source.lineStart(start - 1);
      String line = source.text().substring(start, source.lineEnd(start)).strip();
      if (!line.startsWith("//")) {
        break;
      }
      lines.addFirst(line.substring(2).strip());
    }
    return String.join(" ", lines);
  }

  private static String range(CompiledModel model, String name) {
    if (!model.differentiated().graph().names().containsKey(name)) {
      return "";
    }
    IntervalAnalysis analysis = new IntervalAnalysis(model.differentiated().graph(), model.differentiated().facts());
    Interval range = analysis.of(model.differentiated().graph().named(name).node());
    return range.equals(Interval.REALS) ? "" : "\n\nin " + range;
  }

  private static String gradient(CompiledModel model, String name) {
    if (model.lowered().losses().isEmpty()) {
      return "";
    }
    try {
      Derivation derivation = model.derivation().derive(new ExplainOptions(Form.MATRIX, true, List.of(), Optional.of(name)));
      return derivation.backward().stream().filter(adjoint -> adjoint.value().equals(name)).map(Hover::lines).collect(Collectors.joining());
    } catch (UnknownNameException none) {
      return "";
    }
  }

  private static String lines(Adjoint adjoint) {
    TextPrinter printer = new TextPrinter(false);
    StringBuilder lines = new StringBuilder();
    List<Line> shown = adjoint.lines().size() <= MOST_LINES ? adjoint.lines() : List.of(adjoint.lines().get(0), adjoint.conclusion());
    String left = printer.text(adjoint.left());
    for (Line line : shown) {
      String sign = line.relation() == Relation.EQUAL ? " = " : line.relation() == Relation.APPROXIMATE ? " ≈ " : " ⇒ " + printer.text(line.left()) + " = ";
      lines.append(lines.length() == 0 ? left : " ".repeat(left.length())).append(sign).append(printer.text(line.formula()))
          .append("   // ").append(line.rule().title()).append('\n');
    }
    return code(lines.toString().stripTrailing());
  }

  private static String excerpt(Span span) {
    String text = span.text();
    return text.length() <= 400 ? text : text.substring(0, 400) + " ...";
  }

  private static String code(String text) {
    return "\n\n```nngen\n" + text + "\n```";
  }
}
