package dev.nngen.model;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Suggests the index equation for an operation on tensors whose shapes do not fit: axes of one size get the same letter. */
final class IndexProposal {

  private static final List<String> LETTERS = List.of("i", "j", "k", "l", "p", "q", "u", "v", "x", "y", "z", "a", "b", "c", "d");
  private static final List<String> RESULTS = List.of("C", "D", "R", "S", "T", "result");

  private final Map<String, Size> sizes = new LinkedHashMap<>();

  private IndexProposal() {}

  /**
   * Returns the equation as text.
   *
   * @param operator between the operands
   * @param sums whether a common axis is summed over, as in a product of matrices
   */
  static String of(Expr left, Shape a, String operator, Expr right, Shape b, boolean sums, Frame frame) {
    IndexProposal proposal = new IndexProposal();
    List<String> first = proposal.letters(a, List.of());
    List<String> second = proposal.letters(b, first);
    String summed = sums ? second.stream().filter(letter -> first.contains(letter) && LETTERS.contains(letter)).findFirst().orElse("") : "";
    List<String> all = Stream.concat(first.stream(), second.stream()).filter(LETTERS::contains).filter(letter -> !letter.equals(summed)).distinct().toList();
    String result = RESULTS.stream().filter(name -> !frame.bindings.containsKey(name)).findFirst().orElse("result_");
    return result + list(all) + " = " + (summed.isEmpty() ? "" : "sum[" + summed + "] ") + entry(left, first) + " " + operator.replace(".", "") + " " + entry(right, second) + ";";
  }

  /** Returns a letter for each axis except m; an axis with one entry has the subscript 0. */
  private List<String> letters(Shape shape, List<String> others) {
    List<String> letters = new ArrayList<>();
    for (Size size : shape.axes()) {
      if (size.isOne() || size.isSamples()) {
        if (size.isOne()) {
          letters.add("0");
        }
        continue;
      }
      String letter = others.stream().filter(other -> size.equals(sizes.get(other)) && !letters.contains(other)).findFirst()
          .orElseGet(() -> LETTERS.stream().filter(free -> !sizes.containsKey(free)).findFirst().orElse("w"));
      sizes.put(letter, size);
      letters.add(letter);
    }
    return letters;
  }

  private static String entry(Expr operand, List<String> letters) {
    String text = AstPrinter.print(operand);
    return (operand instanceof Expr.Binary || operand instanceof Expr.Unary ? "(" + text + ")" : text) + list(letters);
  }

  private static String list(List<String> letters) {
    return letters.isEmpty() ? "" : "[" + String.join(", ", letters) + "]";
  }
}
