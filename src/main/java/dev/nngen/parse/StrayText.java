package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.parse.antlr.NngenLexer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.Token;

/** Reports text that is no token of the language. The lexer hides it from the parser, so parsing goes on around it. */
final class StrayText {

  private StrayText() {}

  static void report(List<Token> tokens, Places places, Diagnostics diagnostics) {
    Token before = null;
    for (Token token : tokens) {
      boolean continues = before != null && before.getStopIndex() + 1 == token.getStartIndex()
          && before.getType() == token.getType();
      if (!continues) {
        diagnostic(token, places).ifPresent(diagnostics::report);
      }
      before = token.getType() == NngenLexer.STRAY ? token : null;
    }
  }

  private static Optional<Diagnostic> diagnostic(Token token, Places places) {
    return Optional.ofNullable(switch (token.getType()) {
      case NngenLexer.OPEN_COMMENT -> Diagnostic.of(ErrorCode.UNTERMINATED, places.opening(token, 2),
          "this comment is never closed").help("close it with `*/`");
      case NngenLexer.OPEN_STRING -> Diagnostic.of(ErrorCode.UNTERMINATED, places.of(token),
          "this string is not closed on its line").help("close it with `\"`");
      case NngenLexer.STRAY -> stray(token, places);
      default -> null;
    });
  }

  private static Diagnostic stray(Token token, Places places) {
    Diagnostic plain = Diagnostic.of(ErrorCode.STRAY_CHARACTER, places.of(token), "unexpected " + shown(token.getText()));
    return switch (token.getText()) {
      case "." -> plain.help("numbers are written `1.5` or `.5`, and entrywise operators `.*`, `./` and `.^`");
      case "&" -> plain.help("did you mean `&&`?");
      case "|" -> plain.help("did you mean `||` or `|>`?");
      case "%", "#" -> plain.help("comments begin with `//`");
      case "\u2212", "\u2013" -> plain.help("did you mean the minus sign `-`?");
      case "\u00d7", "\u00b7", "\u2299" -> plain.help("products are written `*`, entrywise ones `.*`");
      default -> Character.isLetter(token.getText().codePointAt(0))
          ? plain.help("names are made of the letters a to z and A to Z, digits and `_`")
          : plain;
    };
  }

  /** Control characters are shown by their number, lest they garble the terminal. */
  private static String shown(String character) {
    int point = character.codePointAt(0);
    return Character.isISOControl(point) || Character.getType(point) == Character.FORMAT || !Character.isDefined(point)
        ? String.format(Locale.ROOT, "character U+%04X", point)
        : "`" + character + "`";
  }
}
