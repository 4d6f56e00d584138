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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes computed subscripts, {@code 2*y + i - 1} and {@code floor(k / 8)}. It records which texts are digits of a number, and writes
 * {@code 8*floor(k / 8) + k mod 8} as k.
 */
final class SubscriptText {

  /**
   * A part of a number.
   *
   * @param letter the letter of the axis that the part subscripts, possibly empty
   */
  private record Digit(String number, long divisor, long modulus, String letter) {}

  /** Data with its indices among subscripts, {@code word[t, c]}. */
  static final Pattern DATA = Pattern.compile("([A-Za-z_]\\w*)\\[([^\\]]*)\\]");

  private record Summand(String text, long coefficient) {}

  private record Sum(List<Summand> summands, Offset constant) {}

  private final Map<String, Digit> digits = new HashMap<>();
  /** The sum of each text with several summands, so that a subscript of it is one sum. */
  private final Map<String, Sum> sums = new HashMap<>();
  /** The number of values of letters that are digits. */
  private final Map<String, Long> sizes = new HashMap<>();

  /** Declares that an index is the sum of its digits; quotients and remainders of it are then written by their letters. */
  void define(AxisDigits axis) {
    List<Summand> summands = axis.digits().stream().map(digit -> new Summand(digit.letter(), digit.weight())).toList();
    sums.put(axis.text(), new Sum(summands, Offset.ZERO));
    axis.digits().forEach(digit -> sizes.put(digit.letter(), digit.size()));
  }

  /** Returns the places at which subscripts divide the number of a letter into digits, with a letter for the digit from there on, possibly empty. */
  SortedMap<Long, String> places(String letter) {
    SortedMap<Long, String> places = new TreeMap<>();
    for (Digit digit : digits.values()) {
      if (digit.number().equals(letter)) {
        places.merge(digit.divisor(), digit.letter(), (one, other) -> one.isEmpty() ? other : one);
        places.putIfAbsent(digit.divisor() * Math.max(1, digit.modulus()), "");
        places.putIfAbsent(1L, "");
      }
    }
    return places;
  }

  /** Discards what is known of a letter, because it has a new meaning. */
  void forget(String letter) {
    sizes.remove(letter);
    digits.values().removeIf(digit -> digit.number().equals(letter));
  }

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
    return text(sum(affine, letters), first);
  }

  private Sum sum(Affine affine, List<String> letters) {
    Offset constant = affine.constant();
    Map<String, Long> coefficients = new LinkedHashMap<>();
    for (Term term : affine.terms()) {
      Sum inner = sums.getOrDefault(letters.get(term.axis()), new Sum(List.of(new Summand(letters.get(term.axis()), 1)), Offset.ZERO));
      constant = constant.plus(inner.constant().times(term.coefficient()));
      inner.summands().forEach(summand -> coefficients.merge(summand.text(), term.coefficient() * summand.coefficient(), Long::sum));
    }
    List<Summand> summands = new ArrayList<>(coefficients.entrySet().stream().filter(entry -> entry.getValue() != 0)
        .map(entry -> new Summand(entry.getKey(), entry.getValue())).toList());
    for (Optional<List<Summand>> joined = joined(summands); joined.isPresent(); joined = joined(summands)) {
      summands = joined.get();
    }
    return new Sum(List.copyOf(summands), constant);
  }

  private String text(Sum sum, String first) {
    Offset constant = sum.constant();
    List<Summand> summands = new ArrayList<>(sum.summands());
    List<Summand> multiples = new ArrayList<>();
    constant.multiples().forEach((size, multiple) -> multiples.add(new Summand(size.name(), multiple)));
    summands.sort(Comparator.comparing((Summand summand) -> summand.coefficient() < 0).thenComparing(summand -> -Math.abs(summand.coefficient()))
        .thenComparing(summand -> !summand.text().equals(first)));
    StringBuilder text = new StringBuilder();
    for (Summand summand : Stream.concat(summands.stream(), multiples.stream()).toList()) {
      long size = Math.abs(summand.coefficient());
      boolean inner = isSum(summand.text()) && (size > 1 || summand.coefficient() < 0);
      text.append(text.length() == 0 ? summand.coefficient() < 0 ? "-" : "" : summand.coefficient() < 0 ? " - " : " + ")
          .append(size == 1 ? "" : size + "*").append(inner ? "(" + summand.text() + ")" : summand.text());
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
    Optional<Sum> part = part(sum(solved.value(), letters), solved);
    if (part.isPresent()) {
      return text(part.get(), first);
    }
    String number = of(solved.value(), letters, first);
    String quotient = solved.divisor() == 1 ? number : "floor(" + (isSum(number) ? "(" + number + ")" : number) + " / " + solved.divisor() + ")";
    String text = solved.modulus() == 0 ? quotient : quotient + " mod " + solved.modulus();
    if (solved.divisor() > 1 || solved.modulus() > 0) {
      digits.put(text, new Digit(number, solved.divisor(), solved.modulus(), first));
    }
    return text;
  }

  /** Returns a part of a sum of digits as a sum of some of them; empty if it is not. */
  private Optional<Sum> part(Sum sum, Solved solved) {
    boolean whole = solved.divisor() == 1 && solved.modulus() == 0;
    if (whole || !sum.constant().isNumber() || sum.constant().number() < 0 || sum.summands().stream().noneMatch(summand -> sizes.containsKey(summand.text()))) {
      return Optional.empty();
    }
    long added = sum.constant().number();
    List<Summand> low = sum.summands().stream().filter(summand -> summand.coefficient() % solved.divisor() != 0).toList();
    if (!isBelow(low, added % solved.divisor(), solved.divisor())) {
      return Optional.empty();
    }
    List<Summand> quotient = sum.summands().stream().filter(summand -> !low.contains(summand)).map(summand -> new Summand(summand.text(), summand.coefficient() / solved.divisor())).toList();
    long rest = added / solved.divisor();
    if (solved.modulus() == 0) {
      return Optional.of(new Sum(quotient, Offset.of(rest)));
    }
    List<Summand> remainder = quotient.stream().filter(summand -> summand.coefficient() % solved.modulus() != 0).toList();
    return isBelow(remainder, rest % solved.modulus(), solved.modulus()) ? Optional.of(new Sum(remainder, Offset.of(rest % solved.modulus()))) : Optional.empty();
  }

  /** True if a sum of digits and a number is always from 0 to below a bound. */
  private boolean isBelow(List<Summand> summands, long added, long bound) {
    boolean known = summands.stream().allMatch(summand -> summand.coefficient() > 0 && sizes.containsKey(summand.text()));
    return known && summands.stream().mapToLong(summand -> summand.coefficient() * (sizes.get(summand.text()) - 1)).sum() + added < bound;
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
