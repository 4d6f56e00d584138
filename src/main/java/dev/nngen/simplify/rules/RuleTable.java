package dev.nngen.simplify.rules;

import dev.nngen.diag.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All rules, read from the resource files of this package. A file begins with a comment that describes its theme. Each further line is
 * {@code name: left => right}, with {@code if condition}, {@code exact} and {@code computed} after it if they apply. An indented line is an example
 * for the preceding rule. In a rule {@code a}, {@code b} and {@code n} are numbers, {@code c} is a condition, and all other names are any values.
 */
public final class RuleTable {

  /** The themes, in the order in which their rules are tried. */
  private static final List<String> THEMES = List.of("logarithms", "exponentials", "functions", "powers", "choices", "sums");
  private static final Pattern LINE = Pattern.compile("([a-z0-9-]+): (.+?) => (.+?)(?: if (.+?))?( exact)?( computed)?");
  private static final RuleTable TABLE = new RuleTable(THEMES);

  private final Map<String, String> themes = new LinkedHashMap<>();
  private final Map<String, RewriteRule> rules = new LinkedHashMap<>();
  private final List<RewriteRule.Compiled> compiled;

  private RuleTable(List<String> names) {
    names.forEach(theme -> read(theme, text(theme)));
    this.compiled = compile(rules.values());
  }

  /** The table that the compiler uses. */
  public static RuleTable get() {
    return TABLE;
  }

  /**
   * Parses the rules of one file.
   *
   * @throws IllegalArgumentException if a line is not a rule; the message has the line
   */
  public static List<RewriteRule> parse(String theme, String text) {
    List<RewriteRule> rules = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("  ") && !rules.isEmpty()) {
        RewriteRule last = rules.remove(rules.size() - 1);
        rules.add(new RewriteRule(last.name(), theme, last.left(), last.right(), last.condition(), last.isExact(), last.isComputed(), line.strip()));
      } else if (!line.startsWith("#") && !line.isBlank()) {
        rules.add(rule(theme, line));
      }
    }
    return rules;
  }

  /** Returns the rules that are not computed, as patterns. */
  public static List<RewriteRule.Compiled> compile(Collection<RewriteRule> rules) {
    return rules.stream().flatMap(rule -> rule.compiled().stream()).toList();
  }

  private static RewriteRule rule(String theme, String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a rule in " + theme + ".rules: " + line);
    }
    return new RewriteRule(matcher.group(1), theme, matcher.group(2), matcher.group(3),
        matcher.group(4) == null ? "" : matcher.group(4), matcher.group(5) != null, matcher.group(6) != null, "");
  }

  private void read(String theme, String text) {
    themes.put(theme, String.join(" ", text.lines().takeWhile(line -> line.startsWith("#")).map(line -> line.substring(1).strip()).toList()));
    for (RewriteRule rule : parse(theme, text)) {
      if (rules.put(rule.name(), rule) != null) {
        throw new IllegalArgumentException("two rules are called " + rule.name());
      }
    }
  }

  private static String text(String theme) {
    try (InputStream in = RuleTable.class.getResourceAsStream("/dev/nngen/simplify/" + theme + ".rules")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<RewriteRule> rules() {
    return List.copyOf(rules.values());
  }

  /** The rules that the matcher applies, in the order of the table. */
  public List<RewriteRule.Compiled> compiled() {
    return compiled;
  }

  /** Returns the description of a theme, the comment of its file. */
  public String theme(String name) {
    return themes.get(name);
  }

  public Optional<RewriteRule> find(String name) {
    return Optional.ofNullable(rules.get(name));
  }

  /** Returns the rule of that name, which must exist. */
  public RewriteRule rule(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("no rule is called " + name));
  }

  /** Returns the name nearest to a misspelled one, empty if none is near. */
  public Optional<String> nearest(String name) {
    return Suggestions.nearest(name, rules.keySet());
  }
}
