package dev.nngen.explain;

import dev.nngen.simplify.rules.RewriteRule;
import dev.nngen.simplify.rules.RuleTable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes a rule: a step of derivations, or a rewrite of the simplifier. */
public final class RuleHelp {

  private RuleHelp() {}

  /** Returns the description of a rule, empty if there is none of that name. */
  public static Optional<String> of(String name) {
    return Rule.find(name).map(rule -> rule.title() + "\n  " + rule.words()).or(() -> RuleTable.get().find(name.toLowerCase(Locale.ROOT)).map(RuleHelp::words));
  }

  private static String words(RewriteRule rule) {
    StringBuilder text = new StringBuilder(rule.name() + ": " + rule.left() + " => " + rule.right());
    text.append("\n  ").append(rule.condition().isEmpty() ? "It always applies." : "It applies if " + rule.condition() + ".");
    text.append(rule.isComputed() ? " The compiler computes it; the equation is its simplest case." : "");
    text.append(rule.isExact() ? " It is applied at any cost, because the left side loses digits." : "");
    text.append("\n  ").append(RuleTable.get().theme(rule.theme()));
    text.append(rule.example().isEmpty() ? "" : "\n  Example: " + rule.example());
    return text.toString();
  }

  /** Returns a message with the rule nearest to an unknown name, or with all rules. */
  public static String unknown(String name) {
    return RuleTable.get().nearest(name.toLowerCase(Locale.ROOT)).map(near -> "there is no rule '" + name + "'; did you mean " + near + "?")
        .orElse("there is no rule '" + name + "'; there are\n" + list());
  }

  /** Returns all rules by name: the steps of derivations, then the rewrites with their equations. */
  public static String list() {
    int width = RuleTable.get().rules().stream().mapToInt(rule -> rule.name().length()).max().orElse(0);
    return Stream.concat(Arrays.stream(Rule.values()).map(rule -> line(width, rule.key(), rule.title())),
        RuleTable.get().rules().stream().map(rule -> line(width, rule.name(), rule.text()))).collect(Collectors.joining("\n"));
  }

  private static String line(int width, String name, String text) {
    return "  " + name + " ".repeat(width + 1 - Math.min(width, name.length())) + text;
  }
}
