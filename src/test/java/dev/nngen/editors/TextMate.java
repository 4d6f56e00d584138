package dev.nngen.editors;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Applies a TextMate grammar line by line, as editors do: the innermost scope of each character. */
final class TextMate {

  private final Map<?, ?> grammar;

  /** @param grammar of rules with {@code match} and captures, {@code begin} and {@code end}, {@code patterns} and {@code include} */
  TextMate(Map<?, ?> grammar) {
    this.grammar = grammar;
  }

  /** A rule that matches, and how. */
  private record Found(Map<?, ?> rule, Matcher match) {}

  /** The scope of each character of a text; empty texts for those without one. */
  String[] scopes(String text) {
    String[] scopes = new String[text.length()];
    Optional<Map<?, ?>> open = Optional.empty();
    int start = 0;
    for (String line : text.split("(?<=\n)")) {
      open = line(line, start, scopes, open);
      start += line.length();
    }
    return scopes;
  }

  /** The rule that is still open at the end of the line. */
  private Optional<Map<?, ?>> line(String line, int start, String[] scopes, Optional<Map<?, ?>> before) {
    Optional<Map<?, ?>> open = before;
    int at = 0;
    while (at < line.length()) {
      if (open.isPresent()) {
        Matcher end = Pattern.compile((String) open.get().get("end")).matcher(line);
        boolean ends = end.find(at);
        int last = ends ? end.end() : line.length();
        fill(scopes, start + at, start + last, open.get().get("name"));
        open = ends ? Optional.empty() : open;
        at = last;
      } else {
        Optional<Found> found = first(line, at);
        if (found.isEmpty()) {
          return open;
        }
        apply(found.get(), start, scopes);
        open = found.get().rule().containsKey("begin") ? Optional.of(found.get().rule()) : Optional.empty();
        at = Math.max(at + (found.get().match().end() == at ? 1 : 0), found.get().match().end());
      }
    }
    return open;
  }

  /** The rule whose match begins first; of several the first rule. */
  private Optional<Found> first(String line, int at) {
    Optional<Found> best = Optional.empty();
    for (Map<?, ?> rule : rules((List<?>) grammar.get("patterns"))) {
      Object expression = rule.containsKey("begin") ? rule.get("begin") : rule.get("match");
      Matcher match = Pattern.compile((String) expression).matcher(line);
      match.useTransparentBounds(true).useAnchoringBounds(false).region(at, line.length());
      if (match.find() && (best.isEmpty() || match.start() < best.get().match().start())) {
        best = Optional.of(new Found(rule, match));
      }
    }
    return best;
  }

  private List<Map<?, ?>> rules(List<?> patterns) {
    List<Map<?, ?>> rules = new ArrayList<>();
    for (Object pattern : patterns) {
      Map<?, ?> rule = (Map<?, ?>) pattern;
      if (rule.get("include") instanceof String name) {
        rules.addAll(rules(List.of(((Map<?, ?>) grammar.get("repository")).get(name.substring(1)))));
      } else if (rule.get("patterns") instanceof List<?> inner) {
        rules.addAll(rules(inner));
      } else {
        rules.add(rule);
      }
    }
    return rules;
  }

  private static void apply(Found found, int start, String[] scopes) {
    Matcher match = found.match();
    if (found.rule().get("captures") instanceof Map<?, ?> captures) {
      captures.forEach((group, scope) -> {
        int number = Integer.parseInt((String) group);
        fill(scopes, start + match.start(number), start + match.end(number), ((Map<?, ?>) scope).get("name"));
      });
    } else {
      fill(scopes, start + match.start(), start + match.end(), found.rule().get("name"));
    }
  }

  private static void fill(String[] scopes, int from, int to, Object scope) {
    for (int k = from; k < to; k++) {
      scopes[k] = (String) scope;
    }
  }
}
