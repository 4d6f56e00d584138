package dev.nngen.formula;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A name in print: {@code W1} is W with subscript 1, {@code W_H} W with subscript H, {@code beta} a Greek letter.
 *
 * @param base the part on the line
 * @param subscript the part below the line, possibly empty
 */
record Symbol(String base, String subscript) {

  private static final Map<String, Integer> GREEK = new TreeMap<>();

  static {
    String[] letters = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
        "nu", "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"};
    for (int i = 0; i < letters.length; i++) {
      if (!letters[i].isEmpty() && !letters[i].equals("omicron")) {
        GREEK.put(letters[i], 'α' + i);
      }
    }
  }

  static Symbol of(String name) {
    int underscore = name.indexOf('_', 1);
    if (underscore > 0 && underscore < name.length() - 1) {
      Symbol head = of(name.substring(0, underscore));
      String tail = name.substring(underscore + 1).replace('_', ',');
      return new Symbol(head.base, head.subscript.isEmpty() ? tail : head.subscript + "," + tail);
    }
    int digits = name.length();
    while (digits > 1 && Character.isDigit(name.charAt(digits - 1))) {
      digits--;
    }
    return new Symbol(name.substring(0, digits), name.substring(digits));
  }

  /** True for a name with a hat: h after y, or "hat" after any letter. */
  boolean hasHat() {
    return base.matches("[Yy]h|[A-Za-z]hat");
  }

  /** Returns the letter under the hat. */
  String hatless() {
    return base.substring(0, 1);
  }

  /** Returns the parts of the subscript as symbols. */
  List<Symbol> subscripts() {
    return Arrays.stream(subscript.split(",")).map(Symbol::of).toList();
  }

  /** Returns a name as one line of Unicode: {@code delta_Yh} as δ_Ŷ. */
  static String line(String name) {
    return Arrays.stream(name.split("_", -1)).map(part -> {
      Symbol symbol = of(part);
      return symbol.baseInLine() + part.substring(symbol.base.length());
    }).collect(Collectors.joining("_"));
  }

  private String baseInLine() {
    return isGreek() ? greek() : hasHat() ? Normalizer.normalize(hatless() + "\u0302", Normalizer.Form.NFC) : base;
  }

  boolean isLetter() {
    return base.codePointCount(0, base.length()) == 1;
  }

  boolean isGreek() {
    return GREEK.containsKey(base.toLowerCase(Locale.ROOT)) && base.equals(base.toLowerCase(Locale.ROOT));
  }

  /** Returns the Greek letter whose name is the base. */
  String greek() {
    return Character.toString(GREEK.get(base));
  }
}
