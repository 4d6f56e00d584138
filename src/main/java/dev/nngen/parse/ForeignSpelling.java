package dev.nngen.parse;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A spelling of another language or of mathematics, and its equivalent here.
 *
 * @param written matches the spelling in a statement
 * @param message the error; empty if the original message remains
 * @param write the replacement of the regular expression; empty if there is none
 * @param from characters of the replacement that are exchanged one by one for those of {@code to}
 * @param help a sentence for the case that no corrected statement can be shown; may be empty
 * @param examples wrong statements with the right ones
 */
record ForeignSpelling(Kind kind, Pattern written, String message, Optional<String> write, String from, String to, String help,
    List<Example> examples) {

  /** Invalid text, an undefined name, or an unknown parameter of a function. */
  enum Kind { TEXT, NAME, PARAMETER }

  /** Statements with the spelling, and their correction in the language; empty if there is none. */
  record Example(String wrong, String right) {}

  /** Returns the text with every such spelling replaced. */
  String corrected(String text) {
    if (write.isEmpty()) {
      return text;
    }
    Matcher matcher = written.matcher(text);
    StringBuilder out = new StringBuilder();
    int end = 0;
    while (matcher.find()) {
      int start = out.length() + matcher.start() - end;
      matcher.appendReplacement(out, write.get());
      exchange(out, start);
      end = matcher.end();
    }
    return matcher.appendTail(out).toString();
  }

  private void exchange(StringBuilder out, int start) {
    for (int k = start; k < out.length(); k++) {
      int at = from.indexOf(out.charAt(k));
      if (at >= 0) {
        out.setCharAt(k, to.charAt(at));
      }
    }
  }
}
