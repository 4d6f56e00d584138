package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Terms have one form whatever their axes are called; terms that differ have different ones. */
class TermLabelingTest {

  private static final Extent N = Extent.of(3);

  private final AtomTable atomTable = new AtomTable(true);

  /** A term such as "A01 A12 b2": capital letters are matrices, small ones vectors; axes below 2 are free. */
  private TermLabeling.Labeled labeled(String term, List<Integer> renamed) {
    List<View> factors = new ArrayList<>();
    for (String factor : term.split(" ")) {
      List<Integer> axes = factor.substring(1).chars().map(c -> c - '0').mapToObj(renamed::get).toList();
      factors.add(atomTable.classOf(atomTable.entry(
          new Node.Leaf(factor.substring(0, 1), Node.Role.INPUT, Collections.nCopies(axes.size(), N)), axes)));
    }
    Collections.shuffle(factors, new Random(renamed.hashCode()));
    List<Extent> loops = Collections.nCopies(10, N);
    TermLabeling.Labeled labeled = TermLabeling.of(atomTable.symmetries(), loops, axis -> renamed.indexOf(axis) >= 2, factors);
    atomTable.symmetries().declare(atomTable.atom(labeled.definition()), labeled.axes().size(), labeled.symmetries());
    return labeled;
  }

  private TermLabeling.Labeled labeled(String term) {
    return labeled(term, Permutations.identity(10));
  }

  private static List<Integer> shuffled(long seed) {
    List<Integer> bound = new ArrayList<>(IntStream.range(2, 10).boxed().toList());
    Collections.shuffle(bound, new Random(seed));
    bound.addAll(0, List.of(0, 1));
    return bound;
  }

  @ParameterizedTest
  @ValueSource(strings = {"A02 A21", "A20 A21", "A02 A23 A34 A45 A51", "A23 A34 A42", "A20 A21 A30 A31", "A23 A32", "A22 B23", "A02 A13 B23", "A02 b2 b2",
      "A02 b2 A03 b3 A04 b4 A05 b5", "A20 A23 B34 B54 A65 A61", "A23 A34 A45 A52 A67 A78 A86 B27", "A23 B34 A45 B56 A67 B72"})
  void namesOfAxesAndTheOrderOfFactorsDoNotMatter(String term) {
    for (int seed = 1; seed <= 20; seed++) {
      TermLabeling.Labeled other = labeled(term, shuffled(seed));
      assertEquals(labeled(term).definition(), other.definition());
      assertEquals(atomTable.variable(new View(atomTable.atom(labeled(term).definition()), labeled(term).axes())),
          atomTable.variable(new View(atomTable.atom(other.definition()), other.axes())));
    }
  }

  @ParameterizedTest
  @CsvSource({"A02 A21, A20 A21", "A02 B21, B02 A21", "A23 A34 A42, A23 A34 A24", "A23 A32, A23 A23", "A02 b2, A20 b2", "A22 b2, A23 b2",
      "A02 A23 B31, A02 B23 A31", "A02 b2 A03 b3, A02 b2 b2 A03", "A23 A34 A45 A56 A67 A72, A23 A34 A42 A56 A67 A75"})
  void termsThatDifferHaveDifferentForms(String one, String other) {
    assertNotEquals(labeled(one).definition(), labeled(other).definition());
  }

  /** sum_k A_k0 A_k1 is symmetric, sum_k A_0k A_k1 is not. */
  @ParameterizedTest
  @CsvSource({"A20 A21, true", "A02 A12, true", "A02 A21, false", "A20 B23 A31, false", "A20 B22 A21, true", "A20 A23 A34 A31, false", "A20 B23 B43 A41, true", "A20 b2 A31 b3, true"})
  void symmetries(String term, boolean isSymmetric) {
    assertEquals(isSymmetric ? Set.of(List.of(1, 0)) : Set.of(), labeled(term).symmetries());
    int atom = atomTable.atom(labeled(term).definition());
    assertEquals(isSymmetric, atomTable.variable(new View(atom, List.of(0, 1))) == atomTable.variable(new View(atom, List.of(1, 0))));
  }

  /** What is alike in thousands of ways takes no time: axes that may be exchanged are tried once. */
  @Test
  void manyEqualParts() {
    String term = "A02 b2 A03 b3 A04 b4 A05 b5 A06 b6 A07 b7 A08 b8 A09 b9";
    long start = System.nanoTime();
    for (int seed = 1; seed <= 20; seed++) {
      assertEquals(labeled(term).definition(), labeled(term, shuffled(seed)).definition());
    }
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }
}
