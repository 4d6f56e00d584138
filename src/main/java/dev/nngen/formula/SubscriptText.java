package dev.nngen.formula;

import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Relation.Term;
import dev.nngen.ir.Resolution.Solved;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes computed subscripts, {@code 2*y + i - 1} and {@code floor(k / 8)}. It records which texts are digits of a number, and writes
 * {@code 8*floor(k / 8) + k mod 8} as k.
 */
final class SubscriptText {

  private record Digit(String number, long divisor, long modulus) {}

  private record Summand(String text, long coefficient) {}

  private record Sum(List<Summand> summands, Offset constant) {}

  private final Map<String, Digit> digits = new HashMap<>();
  /** The sum of each text with several summands, so that a subscript of it is one sum. */
  private final Map<String, Sum> sums = new HashMap<>();

  /**
   * @param letters the letter of each axis; computed subscripts among them are texts of this object
   */
  String of(Affine affine, List<String> letters) {
    return of(affine, letters, "");
  }

  /**
   * @param first the letter that comes first among those with equal factors
   */
  private String of(Affine affine, List<String> letters, String first) {
    Offset constant = affine.constant();
    Map<String, Long> coefficients = new LinkedHashMap<>();
    for (Term term : affine.terms()) {
      Sum inner = sums.getOrDefault(letters.get(term.axis()), new Sum(List.of(new Summand(letters.get(term.axis()), 1)), Offset.ZERO));
      constant = constant.plus(inner.constant().times(term.coefficient()));
      inner.summands().forEach(summand -> coefficients.merge(summand.text(), term.coefficient() * summand.coefficient(), Long::sum));
    }
    List<Summand> sizes = new ArrayList<>();
    List<Summand> summands = new ArrayList<>(coefficients.entrySet().stream().filter(entry -> entry.getValue() != 0)
        .map(entry -> new Summand(entry.getKey(), entry.getValue())).toList());
    for (Optional<List<Summand>> joined = joined(summands); joined.isPresent(); joined = joined(summands)) {
      summands = joined.get();
    }
    constant.multiples().forEach((size, multiple) -> sizes.add(new Summand(size.name(), multiple)));
    summands.sort(Comparator.comparing((Summand summand) -> summand.coefficient() < 0).thenComparing(summand -> -Math.abs(summand.coefficient()))
        .thenComparing(summand -> !summand.text().equals(first)));
    StringBuilder text = new StringBuilder();
    for (Summand summand : Stream.concat(summands.stream(), sizes.stream()).toList()) {
      long size = Math.abs(summand.coefficient());
      boolean sum = isSum(summand.text()) && (size > 1 || summand.coefficient() < 0);
      text.append(text.length() == 0 ? summand.coefficient() < 0 ? "-" : "" : summand.coefficient() < 0 ? " - " : " + ")
          .append(size == 1 ? "" : size + "*").append(sum ? "(" + summand.text() + ")" : summand.text());
    }
    long number = constant.number();
    String whole = text.length() == 0 ? Long.toString(number) : text + (number == 0 ? "" : number < 0 ? " - " + -number : " + " + number);
    if (isSum(whole)) {
      sums.put(whole, new Sum(List.copyOf(summands), constant));
    }
    return whole;
  }

  /** Returns a subscript in print: products without a sign, and brackets for rounding down. */
  static String drawn(String subscript, String open, String close, String mod) {
    StringBuilder drawn = new StringBuilder();
    Deque<String> brackets = new ArrayDeque<>();
    for (int at = 0; at < subscript.length(); at++) {
      if (subscript.startsWith("floor(", at)) {
        at += "floor".length();
        brackets.push(close);
        drawn.append(open);
      } else if (subscript.charAt(at) == '(') {
        brackets.push(")");
        drawn.append('(');
      } else if (subscript.charAt(at) == ')') {
        drawn.append(brackets.pop());
      } else if (subscript.charAt(at) != '*') {
        drawn.append(subscript.charAt(at));
      }
    }
    return drawn.toString().replace(" mod ", mod);
  }

  private static boolean isSum(String text) {
    return text.contains(" + ") || text.contains(" - ") || text.startsWith("-") || text.contains(" mod ");
  }

  /**
   * @param first the letter that comes first in a sum, if it occurs
   */
  String of(Solved solved, List<String> letters, String first) {
    String number = of(solved.value(), letters, first);
    String quotient = solved.divisor() == 1 ? number : "floor(" + (isSum(number) ? "(" + number + ")" : number) + " / " + solved.divisor() + ")";
    String text = solved.modulus() == 0 ? quotient : quotient + " mod " + solved.modulus();
    if (solved.divisor() > 1 || solved.modulus() > 0) {
      digits.put(text, new Digit(number, solved.divisor(), solved.modulus()));
    }
    return text;
  }

  /** Merges two neighboring digits of a number; empty if there are none. */
  private Optional<List<Summand>> joined(List<Summand> summands) {
    for (Summand low : summands) {
      for (Summand high : summands) {
        Digit lower = digits.get(low.text());
        Digit higher = digits.get(high.text());
        boolean adjacent = lower != null && higher != null && lower.number().equals(higher.number()) && lower.modulus() > 0
            && higher.divisor() == lower.divisor() * lower.modulus() && high.coefficient() == low.coefficient() * lower.modulus();
        if (adjacent) {
          List<Summand> rest = new ArrayList<>(summands);
          rest.remove(low);
          rest.remove(high);
          rest.add(new Summand(whole(lower, higher), low.coefficient()));
          return Optional.of(rest);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns two neighboring digits as one digit of the same number. */
  private String whole(Digit lower, Digit higher) {
    long modulus = higher.modulus() == 0 ? 0 : lower.modulus() * higher.modulus();
    if (lower.divisor() == 1 && modulus == 0) {
      return lower.number();
    }
    return of(new Solved(Affine.axis(0), lower.divisor(), modulus, true), List.of(lower.number()), "");
  }
}
