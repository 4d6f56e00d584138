package dev.nngen.ide;

import dev.nngen.ast.Item;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.parse.NnParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Quick fixes from the helps of diagnostics. A help quotes text of the language, which may replace the erroneous text or its statement, or be added.
 * All are tried: a change is a fix if fewer errors remain.
 */
public final class QuickFixes {

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  /** The correct equation in the help of a refuted claim. */
  private static final Pattern DERIVED = Pattern.compile("derived: (.+ == .+)");
  private static final Pattern MISSING = Pattern.compile("expected `(\\W)`.*", Pattern.DOTALL);

  /**
   * A fix.
   *
   * @param title {@code replace by `tanh`}
   * @param span the text to replace; empty for an insertion
   */
  public record Fix(String title, Span span, String replacement) {
    private String applied() {
      String text = span.source().text();
      return text.substring(0, span.start()) + replacement + text.substring(span.end());
    }
  }

  private final Analysis analysis;
  private final Diagnostic diagnostic;
  private final Span span;

  private QuickFixes(Analysis analysis, Diagnostic diagnostic, Span span) {
    this.analysis = analysis;
    this.diagnostic = diagnostic;
    this.span = span;
  }

  /**
   * Returns the fixes of a diagnostic, at most one for each quoted text. The time is an analysis of the text for each change tried, and a derivation
   * for a refuted claim.
   *
   * @param diagnostic a diagnostic of the analysis
   */
  public static List<Fix> of(Analysis analysis, Diagnostic diagnostic) {
    return diagnostic.span().filter(span -> span.source().equals(analysis.source())).map(span -> new QuickFixes(analysis, diagnostic, span).fixes()).orElse(List.of());
  }

  private List<Fix> fixes() {
    ToIntFunction<Analysis> faults = analysis.syntaxFaults() > 0 ? Analysis::syntaxFaults
        : analysis.diagnostics().contains(diagnostic) ? text -> text.diagnostics().size() : text -> text.allDiagnostics().size();
    int before = faults.applyAsInt(analysis);
    List<Fix> fixes = new ArrayList<>();
    for (List<Fix> ways : proposals()) {
      ways.stream().filter(fix -> !fix.span().text().equals(fix.replacement()) && faults.applyAsInt(analysis.of(fix.applied())) < before)
          .findFirst().ifPresent(fixes::add);
    }
    return fixes.stream().distinct().toList();
  }

  /** Returns for each quoted text the possible changes. */
  private List<List<Fix>> proposals() {
    List<List<Fix>> proposals = new ArrayList<>();
    MISSING.matcher(diagnostic.message()).results().map(match -> match.group(1)).forEach(missing ->
        proposals.add(List.of(new Fix("insert `" + missing + "`", at(span.start()), missing), new Fix("insert `" + missing + "`", at(span.end()), missing))));
    diagnostic.help().stream().flatMap(help -> QUOTED.matcher(help).results()).map(match -> match.group(1)).forEach(text -> proposals.add(ways(text)));
    diagnostic.help().stream().flatMap(help -> DERIVED.matcher(help).results()).forEach(match -> proposals.add(ways("prove " + match.group(1) + ";")));
    if (diagnostic.message().endsWith("closes nothing")) {
      proposals.add(List.of(new Fix("remove it", span, "")));
    }
    return proposals;
  }

  private List<Fix> ways(String text) {
    Span statement = NnParser.statement(analysis.source(), span.start());
    String title = "replace by `" + text + "`";
    boolean whole = text.endsWith(";") || text.endsWith("}");
    List<Fix> replacing = List.of(new Fix(title, span, text), new Fix(title, statement, whole ? text : text + ";"), new Fix(title, statement, text));
    return whole ? Stream.concat(Stream.of(replacing.get(1)), added(text, statement)).toList() : replacing;
  }

  /** Returns insertions of a statement before the erroneous one, and at the start of the enclosing block. */
  private Stream<Fix> added(String text, Span statement) {
    Fix before = new Fix("add `" + text + "`", at(statement.start()), text + lineBreak(statement.start()));
    Optional<Fix> first = blockStart().map(start -> new Fix("add `" + text + "`", at(start), lineBreak(statement.start()) + text));
    return Stream.concat(Stream.of(before), first.stream());
  }

  /** Returns the offset after the opening brace of the innermost block around the error, or of the erroneous model. */
  private Optional<Integer> blockStart() {
    boolean ofModel = analysis.file().items().stream().anyMatch(item -> item instanceof Item.ModelItem model && model.name().span().equals(span));
    String text = analysis.source().text();
    int brace = ofModel ? text.indexOf('{', span.end()) : text.lastIndexOf('{', span.start());
    return brace < 0 ? Optional.empty() : Optional.of(brace + 1);
  }

  /** Returns a line break and the indentation of the line of an offset. */
  private String lineBreak(int offset) {
    Source source = analysis.source();
    String line = source.text().substring(source.lineStart(offset), offset);
    return "\n" + line.substring(0, line.length() - line.stripLeading().length());
  }

  private Span at(int offset) {
    return new Span(analysis.source(), offset, offset);
  }
}
