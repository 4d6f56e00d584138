package dev.nngen.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The lines of a formatted text. Statements that share a line are aligned in columns with those of adjacent lines. Comments after code on consecutive
 * lines are aligned too.
 */
final class LineBuffer {

  private static final Pattern BREAK = Pattern.compile("\r\n|\r|\n");
  private static final Pattern DECLARING = Pattern.compile("^\\s*(\\w+) \\w");
  private static final String GAP = "  ";

  /** A line, or several lines if it contains a comment of several lines. */
  private static final class Line {
    /** The statements; all except the last are padded at the end. */
    private final List<StringBuilder> cells = new ArrayList<>(List.of(new StringBuilder()));
    private String comment = "";

    private StringBuilder cell() {
      return cells.get(cells.size() - 1);
    }

    private boolean isTabular() {
      return cells.size() > 1;
    }

    /** Returns the keyword before a declared name. Lines of parameters and lines of definitions are separate tables. */
    private String kind() {
      Matcher word = DECLARING.matcher(cells.get(0));
      return word.find() ? word.group(1) : "";
    }

    private boolean hasTrailingComment() {
      return !comment.isEmpty() && !cell().toString().isBlank();
    }

    /** Removes trailing spaces, except the indentation of a comment. */
    private void trim() {
      if (comment.isEmpty() || hasTrailingComment()) {
        cells.forEach(cell -> cell.setLength(cell.toString().stripTrailing().length()));
      }
    }

    private void join() {
      String joined = String.join(GAP, cells);
      cells.clear();
      cells.add(new StringBuilder(joined));
    }
  }

  private final List<Line> lines = new ArrayList<>(List.of(new Line()));

  /** Returns the number of line breaks of a text. */
  static int breaks(String text) {
    return (int) BREAK.matcher(text).results().count();
  }

  void next(boolean afterBlankLine) {
    if (afterBlankLine) {
      lines.add(new Line());
    }
    lines.add(new Line());
  }

  void indent(String indent) {
    last().cell().append(indent);
  }

  /** Begins a statement, in a new column if another precedes it on the line. */
  void column() {
    if (last().cell().toString().stripTrailing().endsWith(";")) {
      last().cells.add(new StringBuilder());
    }
  }

  /** Adds text to the line. Further lines of a Javadoc-style comment are aligned with its first. */
  void add(String text) {
    List<String> rows = BREAK.splitAsStream(text).toList();
    boolean starred = rows.size() > 1 && rows.stream().skip(1).allMatch(row -> row.strip().startsWith("*"));
    StringBuilder code = last().cell();
    String lead = "\n" + " ".repeat(width(code) + 1);
    code.append(starred ? rows.stream().map(String::strip).collect(Collectors.joining(lead)) : String.join("\n", rows));
  }

  void comment(String text) {
    last().comment = text;
  }

  private Line last() {
    return lines.get(lines.size() - 1);
  }

  /** Returns the whole text, with a line break at the end unless it is empty. */
  String text(String lineBreak) {
    lines.forEach(Line::trim);
    runs((line, before) -> line.isTabular() && (before.isEmpty() || before.get().kind().equals(line.kind())), LineBuffer::alignStatements);
    lines.forEach(Line::join);
    runs((line, before) -> line.hasTrailingComment(), run -> align(run, 0));
    String text = lines.stream().map(line -> line.cell() + (line.hasTrailingComment() ? GAP : "") + line.comment + "\n").collect(Collectors.joining());
    return text.isBlank() ? "" : text.replace("\n", lineBreak);
  }

  private interface Alignment {
    void of(List<Line> run);
  }

  /** Decides whether a line continues the table of the preceding line, or begins one if there is none. */
  private interface Membership {
    boolean test(Line line, Optional<Line> before);
  }

  private void runs(Membership belongs, Alignment alignment) {
    List<Line> run = new ArrayList<>();
    for (Line line : lines) {
      if (!run.isEmpty() && !belongs.test(line, Optional.of(run.get(run.size() - 1)))) {
        alignment.of(run);
        run = new ArrayList<>();
      }
      if (!run.isEmpty() || belongs.test(line, Optional.empty())) {
        run.add(line);
      }
    }
    alignment.of(run);
  }

  private static void alignStatements(List<Line> run) {
    int columns = run.stream().mapToInt(line -> line.cells.size()).max().orElse(0);
    for (int column = 0; column < columns - 1; column++) {
      int at = column;
      align(run.stream().filter(line -> line.cells.size() > at + 1).toList(), column);
    }
  }

  /** Pads a column to the width of its widest cell. */
  private static void align(List<Line> run, int column) {
    int widest = run.stream().mapToInt(line -> width(line.cells.get(column))).max().orElse(0);
    run.forEach(line -> line.cells.get(column).append(" ".repeat(widest - width(line.cells.get(column)))));
  }

  /** Returns the length of the last row. */
  private static int width(StringBuilder text) {
    return text.length() - text.lastIndexOf("\n") - 1;
  }
}
