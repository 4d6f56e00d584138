package dev.nngen.diag;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Prints diagnostics for a terminal:
 *
 * <pre>{@code
 * xor.nn:4:7: error[E012]: unknown name `Xs`
 *     |
 *   2 |   input X[2];
 *     |         - the nearest name is declared here
 * ...
 *   4 |   H = W * Xs;
 *     |           ^^ not found
 *     |
 *     = help: did you mean `X`?
 * }</pre>
 */
public final class DiagnosticRenderer {

  private final boolean color;

  /**
   * @param color true to use ANSI colors
   */
  public DiagnosticRenderer(boolean color) {
    this.color = color;
  }

  /** Returns all diagnostics, separated by empty lines, then their number. Empty if there are none. */
  public String render(Diagnostics diagnostics) {
    StringBuilder out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics.sorted()) {
      out.append(render(diagnostic)).append('\n');
    }
    if (diagnostics.dropped() > 0) {
      out.append(diagnostics.dropped()).append(" more not shown\n");
    }
    return out.toString();
  }

  /** Returns one diagnostic, with a line break at the end. */
  public String render(Diagnostic diagnostic) {
    String place = diagnostic.span().map(span -> DisplayLine.printable(span.place()) + ": ").orElse("");
    return place + renderWithoutPlace(diagnostic);
  }

  /** Returns one diagnostic without its place, for callers that print the place themselves. */
  public String renderWithoutPlace(Diagnostic diagnostic) {
    StringBuilder out = new StringBuilder();
    out.append(paint(diagnostic.severity().word + "[" + diagnostic.code().code + "]", style(diagnostic)))
        .append(": ").append(DisplayLine.printable(diagnostic.message())).append('\n');
    int gutter = gutter(diagnostic);
    diagnostic.span().ifPresent(span -> snippets(out, diagnostic, span, gutter));
    for (String help : diagnostic.help()) {
      String lead = " ".repeat(gutter) + " = help: ";
      out.append(help.lines().map(DisplayLine::printable)
          .collect(Collectors.joining("\n" + " ".repeat(lead.length()), lead, "\n")));
    }
    return out.toString();
  }

  /** A marked span of one line. */
  private record Mark(Span span, String text, boolean primary) {}

  private void snippets(StringBuilder out, Diagnostic diagnostic, Span primary, int gutter) {
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark(primary, diagnostic.label(), true));
    diagnostic.notes().forEach(note -> marks.add(new Mark(note.span(), note.text(), false)));
    Map<Source, List<Mark>> bySource = new LinkedHashMap<>();
    marks.forEach(mark -> bySource.computeIfAbsent(mark.span().source(), source -> new ArrayList<>()).add(mark));
    bySource.forEach((source, list) -> {
      if (!source.equals(primary.source())) {
        out.append(" ".repeat(gutter)).append(" ::: ").append(DisplayLine.printable(list.get(0).span().place())).append('\n');
      }
      file(out, source, list, gutter, diagnostic);
    });
    if (!diagnostic.help().isEmpty()) {
      out.append(bar(gutter, "")).append('\n');
    }
  }

  private void file(StringBuilder out, Source source, List<Mark> marks, int gutter, Diagnostic diagnostic) {
    Map<Integer, List<Mark>> byLine = new TreeMap<>();
    marks.forEach(m -> byLine.computeIfAbsent(source.line(m.span().start()), line -> new ArrayList<>()).add(m));
    out.append(bar(gutter, "")).append('\n');
    int before = 0;
    for (Map.Entry<Integer, List<Mark>> entry : byLine.entrySet()) {
      if (before != 0 && entry.getKey() > before + 1) {
        out.append("...\n");
      }
      line(out, source, entry.getKey(), entry.getValue(), gutter, diagnostic);
      before = entry.getKey();
    }
  }

  private void line(StringBuilder out, Source source, int number, List<Mark> marks, int gutter, Diagnostic diagnostic) {
    DisplayLine line = new DisplayLine(source, marks.get(0).span().start());
    out.append(bar(gutter, Integer.toString(number))).append(line.text().isEmpty() ? "" : " " + line.text()).append('\n');
    List<Mark> ordered = new ArrayList<>(marks);
    ordered.sort(Comparator.comparing((Mark mark) -> !mark.primary()));
    for (Mark mark : ordered) {
      String carets = (mark.primary() ? "^" : "-").repeat(width(source, mark.span(), line));
      String text = mark.text().isEmpty() ? carets : carets + " " + DisplayLine.printable(mark.text());
      out.append(bar(gutter, "")).append(" ".repeat(line.column(mark.span().start()) + 1))
          .append(paint(text, mark.primary() ? style(diagnostic) : Style.NOTE)).append('\n');
    }
  }

  /** Returns the number of carets, at least one. For a span over several lines, that of the part on the first line. */
  private static int width(Source source, Span span, DisplayLine line) {
    int end = Math.min(span.end(), source.lineEnd(span.start()));
    return Math.max(1, line.column(end) - line.column(span.start()));
  }

  private static String bar(int gutter, String number) {
    return " ".repeat(gutter - number.length()) + number + " |";
  }

  private static int gutter(Diagnostic diagnostic) {
    int last = diagnostic.span().map(span -> span.source().line(span.start())).orElse(0);
    for (Diagnostic.Note note : diagnostic.notes()) {
      last = Math.max(last, note.span().source().line(note.span().start()));
    }
    return Math.max(3, Integer.toString(last).length() + 1);
  }

  private enum Style {
    ERROR("1;31"), WARNING("1;33"), NOTE("1;34");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private static Style style(Diagnostic diagnostic) {
    return diagnostic.severity() == Severity.ERROR ? Style.ERROR : Style.WARNING;
  }

  private String paint(String text, Style style) {
    return color ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
  }
}
