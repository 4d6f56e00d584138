package dev.nngen.ide;

import dev.nngen.model.KnownNames;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Completion: the texts that may follow at an offset. */
public final class Completion {

  /** Kinds of proposals. */
  public enum Kind { KEYWORD, FUNCTION, LAYER, LOSS, INITIALIZER, OPTIMIZER, VALUE, ARGUMENT }

  /**
   * A proposal.
   *
   * @param label the inserted text
   * @param detail the signature, or an example
   * @param text a sentence or more in Markdown; may be empty
   */
  public record Proposal(String label, Kind kind, String detail, String text) {}

  private final Analysis analysis;
  private final int offset;
  private final Map<String, Proposal> proposals = new LinkedHashMap<>();
  /** The lexemes of the statement before the incomplete word. */
  private final List<Lexeme> before;

  private Completion(Analysis analysis, int offset) {
    this.analysis = analysis;
    this.offset = offset;
    this.before = before(analysis, offset);
  }

  /** Returns all proposals at an offset, the best first; none in a comment. The client filters by the incomplete word. */
  public static List<Proposal> at(Analysis analysis, int offset) {
    boolean silent = analysis.lexemes().stream().anyMatch(lexeme -> lexeme.span().start() < offset
        && (lexeme.role() == Role.COMMENT || lexeme.role() == Role.STRING) && (offset < lexeme.span().end() || lexeme.isLineComment() && offset == lexeme.span().end()));
    return silent ? List.of() : new Completion(analysis, offset).propose();
  }

  private static List<Lexeme> before(Analysis analysis, int offset) {
    List<Lexeme> before = new ArrayList<>();
    for (Lexeme lexeme : analysis.lexemes()) {
      if (lexeme.span().end() >= offset && (lexeme.span().start() >= offset || isWord(lexeme))) {
        break;
      } else if (lexeme.role() == Role.SEMICOLON || lexeme.role() == Role.OPENING_BRACE || lexeme.role() == Role.CLOSING_BRACE) {
        before.clear();
      } else if (lexeme.role() != Role.COMMENT) {
        before.add(lexeme);
      }
    }
    return before;
  }

  private static boolean isWord(Lexeme lexeme) {
    return EnumSet.of(Role.NAME, Role.CALLEE, Role.REDUCTION, Role.KEYWORD, Role.NUMBER).contains(lexeme.role());
  }

  private List<Proposal> propose() {
    String first = before.isEmpty() ? "" : before.get(0).text();
    boolean assigned = before.stream().anyMatch(lexeme -> lexeme.text().equals("="));
    boolean expression = assigned || Set.of("train", "prove", "return", "repeat").contains(first);
    if (before.isEmpty()) {
      words(depth() == 0 ? Set.of("item") : Set.of("statement", "layer"));
      values();
    } else if (!expression) {
      words(Set.of("inside"));
      values();
    } else {
      signature().ifPresent(callable -> callable.parameters().forEach(name -> add(new Proposal(name, Kind.ARGUMENT, "argument of " + callable.signature(), ""))));
      expression(first);
    }
    return List.copyOf(proposals.values());
  }

  private void expression(String first) {
    boolean nested = open() > 0;
    if (first.equals("train") && !nested) {
      callables(EnumSet.of(KnownNames.Kind.OPTIMIZER));
    } else if ((first.equals("param") || first.equals("init")) && !nested) {
      callables(EnumSet.of(KnownNames.Kind.INITIALIZER));
    } else {
      values();
      callables(first.equals("minimize") ? EnumSet.of(KnownNames.Kind.LOSS) : EnumSet.noneOf(KnownNames.Kind.class));
      callables(EnumSet.complementOf(EnumSet.of(KnownNames.Kind.OPTIMIZER, KnownNames.Kind.INITIALIZER)));
      words(Set.of("name"));
    }
  }

  private int depth() {
    return analysis.lexemes().stream().filter(lexeme -> lexeme.span().end() <= offset)
        .mapToInt(lexeme -> lexeme.role() == Role.OPENING_BRACE ? 1 : lexeme.role() == Role.CLOSING_BRACE ? -1 : 0).sum();
  }

  /** The number of open brackets of the statement. */
  private int open() {
    return before.stream().mapToInt(lexeme -> "([".contains(lexeme.text()) ? 1 : ")]".contains(lexeme.text()) ? -1 : 0).sum();
  }

  private void values() {
    analysis.bindings().at(offset).forEach(binding -> add(new Proposal(binding.name().name(), Kind.VALUE, binding.kind().word(), "")));
    analysis.vocabulary().sizes().forEach(size -> add(new Proposal(size.name(), Kind.VALUE, "size", "")));
  }

  private void callables(Set<KnownNames.Kind> kinds) {
    analysis.vocabulary().callables().stream().filter(callable -> kinds.contains(callable.kind())).forEach(callable ->
        add(new Proposal(callable.name(), Kind.valueOf(callable.kind().name()), callable.signature(), callable.place().map(Hover::comment).orElse(""))));
  }

  private void words(Set<String> places) {
    boolean items = places.contains("item");
    Words.all().stream().filter(word -> places.contains(word.place()) || !items && places.contains("statement") && Set.of("size", "samples", "precision").contains(word.word()))
        .forEach(word -> add(new Proposal(word.word(), Kind.KEYWORD, word.example(), word.sentence())));
  }

  private void add(Proposal proposal) {
    proposals.putIfAbsent(proposal.label(), proposal);
  }

  private Optional<KnownNames.Callable> signature() {
    return enclosing(before).flatMap(call -> analysis.vocabulary().find(before.get(call).text()));
  }

  /** Returns the index of the name of the innermost open call. */
  private static Optional<Integer> enclosing(List<Lexeme> text) {
    int depth = 0;
    for (int k = text.size() - 1; k > 0; k--) {
      depth += "([".contains(text.get(k).text()) ? 1 : ")]".contains(text.get(k).text()) ? -1 : 0;
      if (depth == 1) {
        return text.get(k).text().equals("(") && text.get(k - 1).text().matches("\\w+") ? Optional.of(k - 1) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * The call around an offset.
   *
   * @param argument the index of the argument, from 0; for a named argument, the index of its parameter
   */
  public record Call(KnownNames.Callable callable, int argument) {}

  /** Returns the innermost call around an offset. */
  public static Optional<Call> call(Analysis analysis, int offset) {
    List<Lexeme> text = before(analysis, offset);
    return enclosing(text).flatMap(name -> analysis.vocabulary().find(text.get(name).text()).map(callable -> new Call(callable, argument(text, name, callable))));
  }

  private static int argument(List<Lexeme> text, int name, KnownNames.Callable callable) {
    int depth = 0;
    int commas = name > 0 && text.get(name - 1).text().equals("|>") ? 1 : 0;
    int begin = name + 2;
    for (int k = name + 1; k < text.size(); k++) {
      depth += "([".contains(text.get(k).text()) ? 1 : ")]".contains(text.get(k).text()) ? -1 : 0;
      if (depth == 1 && text.get(k).role() == Role.COMMA) {
        commas++;
        begin = k + 1;
      }
    }
    boolean named = begin + 1 < text.size() && text.get(begin + 1).text().equals("=");
    return named ? Math.max(0, callable.parameters().indexOf(text.get(begin).text())) : commas;
  }
}
