package dev.nngen.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DiagnosticRendererTest {

  private static Span span(Source source, String part) {
    int start = source.text().indexOf(part);
    return new Span(source, start, start + part.length());
  }

  private static String plain(Diagnostic diagnostic) {
    return new DiagnosticRenderer(false).render(diagnostic);
  }

  @Test
  void drawsTheFaultWithItsNotesAndHelp() {
    Source source = new Source("xor.nn", "model Xor {\n  param W[10, 64];\n  H = 1;\n\n  Z = W * Q;\n}\n");
    Diagnostic diagnostic = Diagnostic.of(ErrorCode.SYNTAX, span(source, "W * Q"), "cannot multiply")
        .label("64 columns meet 30 rows").note(span(source, "W[10, 64]"), "W is declared here, 10 x 64")
        .note(span(source, "Q"), "30 x m").help("did you mean `W'`?").help("or `P`?\nor `Q`?");
    assertEquals("""
        xor.nn:5:7: error[E005]: cannot multiply
            |
          2 |   param W[10, 64];
            |         --------- W is declared here, 10 x 64
        ...
          5 |   Z = W * Q;
            |       ^^^^^ 64 columns meet 30 rows
            |           - 30 x m
            |
            = help: did you mean `W'`?
            = help: or `P`?
                    or `Q`?
        """, plain(diagnostic));
  }

  @Test
  void namesTheOtherFileOfANote() {
    Source source = new Source("a.nn", "Z = f(1);");
    Source library = new Source("library/layers.nn", "\nlayer f(X) { }\n");
    assertEquals("""
        a.nn:1:5: error[E005]: too few arguments
            |
          1 | Z = f(1);
            |     ^^^^
         ::: library/layers.nn:2:7
            |
          2 | layer f(X) { }
            |       ---- declared here
        """.replace("\n :::", "\n    :::"), plain(Diagnostic.of(ErrorCode.SYNTAX, span(source, "f(1)"), "too few arguments")
        .note(span(library, "f(X)"), "declared here")));
  }

  @Test
  void alignsCaretsBehindTabsAndWideCharacters() {
    Source source = new Source("a.nn", "/* \u5c42 \uD83D\uDE00 e\u0301 */\tZ = 1\u0007;");
    assertEquals("""
        a.nn:1:14: error[E005]: here
            |
          1 | /* \u5c42 \uD83D\uDE00 e\u0301 */   Z = 1\uFFFD;
            |                 ^
        """, plain(Diagnostic.of(ErrorCode.SYNTAX, span(source, "Z"), "here")));
  }

  @Test
  void knowsEveryKindOfLineBreak() {
    Source source = new Source("a.nn", "a\r\nb\rc\nd");
    assertEquals("a.nn:1:1 a.nn:2:1 a.nn:3:1 a.nn:4:1",
        String.join(" ", span(source, "a").place(), span(source, "b").place(), span(source, "c").place(), span(source, "d").place()));
    assertEquals("""
        a.nn:2:1: error[E005]: here
            |
          2 | b
            | ^
        """, plain(Diagnostic.of(ErrorCode.SYNTAX, span(source, "b"), "here")));
  }

  @Test
  void marksEmptySpansTheEndOfTheTextAndOnlyTheFirstOfSeveralLines() {
    Source source = new Source("a.nn", "x = 1");
    assertEquals("""
        a.nn:1:6: error[E005]: here
            |
          1 | x = 1
            |      ^
        """, plain(Diagnostic.of(ErrorCode.SYNTAX, new Span(source, 5, 5), "here")));
    Source lines = new Source("a.nn", "x = (1\n+ 2)\n");
    assertEquals("""
        a.nn:1:5: error[E005]: here
            |
          1 | x = (1
            |     ^^
        """, plain(Diagnostic.of(ErrorCode.SYNTAX, span(lines, "(1\n+ 2)"), "here")));
    assertEquals("""
        a.nn:3:1: error[E005]: here
            |
          3 |
            | ^
        """, plain(Diagnostic.of(ErrorCode.SYNTAX, new Span(lines, 12, 12), "here")));
  }

  @Test
  void cutsLinesThatAreTooWide() {
    Source source = new Source("a.nn", "a".repeat(500) + " Z " + "b".repeat(500));
    assertEquals("a.nn:1:502: error[E005]: here\n    |\n  1 | " + "a".repeat(59) + " Z " + "b".repeat(98) + "\n    | "
        + " ".repeat(60) + "^\n", plain(Diagnostic.of(ErrorCode.SYNTAX, span(source, "Z"), "here")));
  }

  @Test
  void printsNoControlCharactersOfMessages() {
    assertEquals("error[E006]: no file \uFFFD[31m\uFFFD\n", plain(Diagnostic.withoutPlace(ErrorCode.IMPORT, "no file \u001b[31m\u202E")));
  }

  @Test
  void usesColorOnlyWhenAsked() {
    Source source = new Source("a.nn", "x");
    assertEquals("a.nn:1:1: \u001b[1;31merror[E005]\u001b[0m: here\n    |\n  1 | x\n    | \u001b[1;31m^\u001b[0m\n",
        new DiagnosticRenderer(true).render(Diagnostic.of(ErrorCode.SYNTAX, span(source, "x"), "here")));
  }
}
