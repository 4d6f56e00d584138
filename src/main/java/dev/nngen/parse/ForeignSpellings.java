package dev.nngen.parse;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognizes spellings of other languages in faulty statements, and suggests the equivalent. */
public final class ForeignSpellings {

  /** Maximum length of a corrected statement that is shown completely. */
  private static final int LONGEST = 100;

  private static final Pattern COMMENT = Pattern.compile("//[^\r\n]*|(?s:/\\*.*?\\*/)|#[^\r\n]*|(?m)^[ \t]*%[^\r\n]*");

  private ForeignSpellings() {}

  /** Returns the error in an invalid statement, if it is a known spelling that begins before the end of the original error. */
  static Optional<Diagnostic> fault(ErrorCode code, Span statement, Span fault) {
    String text = plain(statement);
    for (ForeignSpelling habit : ForeignSpellingTable.habits()) {
      Matcher match = habit.written().matcher(text);
      if (habit.kind() == ForeignSpelling.Kind.TEXT && match.find() && statement.start() + match.start() <= fault.end()) {
        Span place = new Span(statement.source(), statement.start() + match.start(), statement.start() + match.end());
        Diagnostic plain = Diagnostic.of(code, place, filled(habit.message(), match.group()));
        return Optional.of(help(habit, text, match).map(plain::help).orElse(plain));
      }
    }
    return Optional.empty();
  }

  /** Returns a replacement for an undefined name, if it is known from another language. */
  public static Optional<String> name(Span name) {
    Span statement = StatementText.around(name.source(), name.start());
    String text = plain(statement);
    int start = name.start() - statement.start();
    for (ForeignSpelling habit : ForeignSpellingTable.habits()) {
      Matcher match = habit.written().matcher(text);
      while (habit.kind() == ForeignSpelling.Kind.NAME && match.find()) {
        if (match.start() <= start && start < match.end()) {
          return help(habit, text, match);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns a replacement for an unknown parameter: a known one, or the habit's own sentence. */
  public static Optional<String> parameter(String wrong, Collection<String> known) {
    return ForeignSpellingTable.habits().stream()
        .filter(habit -> habit.kind() == ForeignSpelling.Kind.PARAMETER && habit.written().matcher(wrong).matches())
        .filter(habit -> habit.write().map(known::contains).orElse(true))
        .map(habit -> habit.write().map(meant -> "did you mean `" + meant + "`?").orElse(habit.help())).findFirst();
  }

  /** Returns the corrected statement, or the habit's own sentence. */
  private static Optional<String> help(ForeignSpelling habit, String text, Matcher match) {
    String corrected = text;
    for (ForeignSpelling other : ForeignSpellingTable.habits()) {
      boolean asked = other.equals(habit) || other.kind() == ForeignSpelling.Kind.TEXT || habit.kind() == ForeignSpelling.Kind.TEXT && other.kind() == ForeignSpelling.Kind.NAME;
      corrected = asked ? other.corrected(corrected) : corrected;
    }
    Optional<ForeignSpelling> missing = habit.kind() == ForeignSpelling.Kind.TEXT ? missing(corrected) : Optional.empty();
    if (missing.isPresent()) {
      return Optional.of(missing.get().help());
    }
    String shown = corrected.replaceAll("\\s+", " ").strip();
    if (habit.write().isPresent() && shown.length() <= LONGEST && NnParser.isSound(shown)) {
      return Optional.of("write `" + shown + "`");
    }
    String piece = habit.corrected(match.group());
    String sentence = habit.help().isEmpty() && habit.write().isPresent() && !piece.equals(match.group())
        ? "write `" + piece + "`" : filled(habit.help(), match.group());
    return sentence.isEmpty() ? Optional.empty() : Optional.of(sentence);
  }

  /** Returns a habit for a name in the corrected statement that the language does not have. */
  private static Optional<ForeignSpelling> missing(String corrected) {
    return ForeignSpellingTable.habits().stream()
        .filter(other -> other.kind() == ForeignSpelling.Kind.NAME && other.write().isEmpty() && other.written().matcher(corrected).find()).findFirst();
  }

  private static String filled(String text, String found) {
    return text.replace("{}", found.strip());
  }

  /** Returns the text of a span with blanks instead of comments. */
  private static String plain(Span span) {
    Source source = span.source();
    StringBuilder plain = new StringBuilder(source.text().substring(span.start(), span.end()));
    Matcher comment = COMMENT.matcher(plain.toString());
    while (comment.find()) {
      plain.replace(comment.start(), comment.end(), " ".repeat(comment.end() - comment.start()));
    }
    return plain.toString();
  }
}
