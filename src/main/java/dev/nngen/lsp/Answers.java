package dev.nngen.lsp;

import dev.nngen.ast.Item;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.format.Formatter;
import dev.nngen.ide.Completion;
import dev.nngen.ide.Completion.Proposal;
import dev.nngen.ide.QuickFixes;
import dev.nngen.ide.Symbols;
import dev.nngen.ide.Symbols.Symbol;
import dev.nngen.model.KnownNames.Callable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Answers to requests about a document, as JSON of the protocol. */
final class Answers {

  private static final int UNNECESSARY = 1;

  private final OpenFiles files;

  Answers(OpenFiles files) {
    this.files = files;
  }

  Map<String, Object> diagnostic(OpenFile file, Diagnostic diagnostic) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    boolean here = diagnostic.span().filter(span -> isIn(file, span)).isPresent();
    json.put("range", here ? TextPositions.rangeOf(diagnostic.span().get()) : importing(file, diagnostic));
    json.put("severity", diagnostic.severity() == Severity.ERROR ? 1 : 2);
    json.put("code", diagnostic.code().code);
    json.put("source", "nngen");
    json.put("message", (here ? "" : diagnostic.span().map(span -> span.place() + ": ").orElse("")) + message(diagnostic));
    json.put("tags", diagnostic.code() == ErrorCode.UNUSED ? List.of(UNNECESSARY) : List.of());
    List<Object> notes = new ArrayList<>();
    for (Diagnostic.Note note : diagnostic.notes()) {
      notes.add(Map.of("location", location(note.span()), "message", note.text()));
    }
    json.put("relatedInformation", notes);
    return json;
  }

  private static boolean isIn(OpenFile file, Span span) {
    return span.source().name().equals(file.name());
  }

  private static String message(Diagnostic diagnostic) {
    StringBuilder text = new StringBuilder(diagnostic.message());
    text.append(diagnostic.label().isEmpty() ? "" : ": " + diagnostic.label());
    diagnostic.help().forEach(help -> text.append("\nhelp: ").append(help));
    return text.toString();
  }

  /** Shows a diagnostic of an import at the import statement. */
  private static Map<String, Object> importing(OpenFile file, Diagnostic diagnostic) {
    String name = diagnostic.span().map(span -> span.source().name().replace('\\', '/')).orElse("");
    TextPositions lines = new TextPositions(file.analysis().source().text());
    return file.analysis().file().items().stream().filter(item -> item instanceof Item.Import imported && name.endsWith(imported.path().replaceAll("^(\\.\\.?/)*", "")))
        .findFirst().map(item -> lines.range(item.span())).orElse(lines.range(0, 0));
  }

  Map<String, Object> location(Span span) throws IOException {
    return Map.of("uri", files.uri(span.source()), "range", TextPositions.rangeOf(span));
  }

  static Map<String, Object> markdown(String text) {
    return Map.of("kind", "markdown", "value", text.strip());
  }

  static Object hover(OpenFile file, int offset, String text) {
    Map<String, Object> hover = new LinkedHashMap<>(Map.of("contents", markdown(text)));
    file.analysis().word(offset).ifPresent(word -> hover.put("range", TextPositions.rangeOf(word.span())));
    return hover;
  }

  static List<Object> completion(OpenFile file, int offset) {
    List<Proposal> proposals = Completion.at(file.analysis(), offset);
    return IntStream.range(0, proposals.size()).<Object>mapToObj(k -> proposal(proposals.get(k), k)).toList();
  }

  private static Map<String, Object> proposal(Proposal proposal, int rank) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("label", proposal.label());
    json.put("kind", switch (proposal.kind()) {
      case KEYWORD -> 14;
      case FUNCTION, LOSS -> 3;
      case LAYER -> 7;
      case INITIALIZER -> 4;
      case OPTIMIZER -> 2;
      case VALUE -> 6;
      case ARGUMENT -> 5;
    });
    json.put("detail", proposal.detail());
    json.put("sortText", String.format(Locale.ROOT, "%05d", rank));
    if (!proposal.text().isEmpty()) {
      json.put("documentation", markdown(proposal.text()));
    }
    if (proposal.kind() == Completion.Kind.ARGUMENT) {
      json.put("insertText", proposal.label() + " = ");
    }
    return json;
  }

  /** Returns the signature of the call around an offset, null outside of calls. */
  static Object signature(OpenFile file, int offset) {
    return Completion.call(file.analysis(), offset).<Object>map(call -> Map.of("signatures", List.of(Map.of("label", call.callable().signature(),
        "parameters", parameters(call.callable()))), "activeSignature", 0, "activeParameter", call.argument())).orElse(null);
  }

  private static List<Object> parameters(Callable callable) {
    List<Object> labels = new ArrayList<>();
    int from = callable.signature().indexOf('(') + 1;
    for (String name : callable.parameters()) {
      Matcher matcher = Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(callable.signature());
      if (matcher.find(from)) {
        labels.add(Map.of("label", List.of(matcher.start(), matcher.end())));
        from = matcher.end();
      }
    }
    return labels;
  }

  static List<Object> symbols(OpenFile file) {
    TextPositions lines = new TextPositions(file.analysis().source().text());
    return Symbols.of(file.analysis()).stream().map(symbol -> symbol(symbol, topLevel(symbol), lines)).toList();
  }

  private static int topLevel(Symbol symbol) {
    return switch (symbol.kind()) {
      case "model" -> 5;
      case "size" -> 14;
      default -> 12;
    };
  }

  private static int inside(Symbol symbol) {
    return switch (symbol.kind()) {
      case "parameter", "state" -> 8;
      case "size" -> 14;
      default -> 13;
    };
  }

  private static Object symbol(Symbol symbol, int kind, TextPositions lines) {
    return Map.of("name", symbol.name(), "detail", symbol.kind(), "kind", kind, "range", lines.range(symbol.whole()), "selectionRange",
        lines.range(symbol.place()), "children", symbol.children().stream().map(child -> symbol(child, inside(child), lines)).toList());
  }

  /** Returns one edit of the whole text; none if it is formatted already, or has a syntax error. */
  static List<Object> formatting(OpenFile file) {
    String text = file.text();
    return Formatter.format(new Source(file.name(), text), new Diagnostics()).filter(formatted -> !formatted.equals(text))
        .<List<Object>>map(formatted -> List.of(Map.of("range", new TextPositions(text).range(0, text.length()), "newText", formatted))).orElse(List.of());
  }

  /** Returns the fixes of all diagnostics that the client shows in a range. */
  List<Object> actions(OpenFile file, int start, int end) throws IOException {
    List<Object> actions = new ArrayList<>();
    for (Diagnostic diagnostic : file.shownDiagnostics()) {
      if (diagnostic.span().filter(span -> isIn(file, span) && span.start() <= end && start <= span.end()).isPresent()) {
        for (QuickFixes.Fix fix : QuickFixes.of(file.analysis(), diagnostic)) {
          actions.add(Map.of("title", fix.title(), "kind", "quickfix", "diagnostics", List.of(diagnostic(file, diagnostic)),
              "edit", Map.of("changes", Map.of(file.uri(), List.of(Map.of("range", TextPositions.rangeOf(fix.span()), "newText", fix.replacement()))))));
        }
      }
    }
    return actions;
  }
}
