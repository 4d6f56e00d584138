package dev.nngen.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.GraphPrinter;
import dev.nngen.ir.Interpreter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Formulas of random graphs mean what the graphs mean, and what is printed in the language means the same again. */
class FormulaPropertyTest {

  private static final int GRAPHS = 400;
  private static final int NODES = 8;

  @Test
  void matrixNotationMeansTheGraph() {
    Counter counter = new Counter();
    for (long seed = 0; seed < GRAPHS; seed++) {
      check(seed, Form.MATRIX, counter);
    }
    assertTrue(counter.inLanguage > counter.all * 0.7, counter.inLanguage + " of " + counter.all + " formulas have matrix notation");
  }

  @Test
  void indexNotationMeansTheGraph() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      check(seed, Form.INDEX, new Counter());
    }
  }

  private static final class Counter {
    int all;
    int inLanguage;
  }

  private static void check(long seed, Form form, Counter counter) {
    Graph graph = RandomGraphs.next(seed, NODES);
    Map<String, double[][]> matrices = values(graph, seed);
    Map<String, Integer> sizes = new HashMap<>();
    "i j k l p q r s u v".chars().filter(Character::isLetter).forEach(c -> sizes.put(Character.toString(c), RandomGraphs.SIZE));
    FormulaEvaluator evaluator = new FormulaEvaluator(matrices, sizes);
    FormulaBuilder builder = new FormulaBuilder(graph, onlyLeavesAndHalf(graph, seed), form);
    graph.names().forEach((name, value) -> {
      FormulaBuilder.Equation equation = builder.define(name);
      Formula formula = equation.right();
      boolean perEntry = form.isPerEntry() || equation.left() instanceof Formula.Entry;
      String where = "seed " + seed + ", " + name + " = " + new TextPrinter(false).text(formula) + "\n" + GraphPrinter.print(graph);
      double[][] expected = matrices.get(name);
      try {
        compare(expected, perEntry ? entries(evaluator, formula, graph, value, expected) : evaluator.value(formula), where);
        counter.all++;
        if (LanguagePrinter.isLanguage(formula)) {
          counter.inLanguage++;
          compare(expected, evaluator.value(Parsed.formula(LanguagePrinter.print(formula))), where);
        }
      } catch (IllegalArgumentException e) {
        throw new AssertionError(where, e);
      }
    });
  }

  /** Some values are written out in place, some by name. */
  private static ValueNaming onlyLeavesAndHalf(Graph graph, long seed) {
    Map<String, Graph.Value> names = new java.util.LinkedHashMap<>(graph.names());
    Random random = new Random(seed);
    names.keySet().removeIf(name -> name.startsWith("V") && random.nextBoolean());
    return ValueNaming.of(graph, names);
  }

  private static double[][] entries(FormulaEvaluator evaluator, Formula formula, Graph graph, Graph.Value value, double[][] shape) {
    List<Extent> extents = graph.node(value.node()).shape();
    List<String> letters = AxisLetters.NONE.of(graph, value.node(), IntStream.range(0, extents.size()).boxed().toList());
    boolean column = value.column() == Graph.Value.NONE;
    double[][] result = new double[shape.length][shape[0].length];
    for (int r = 0; r < shape.length; r++) {
      for (int c = 0; c < shape[0].length; c++) {
        FormulaEvaluator inner = evaluator;
        if (extents.size() == 2) {
          inner = inner.with(letters.get(0), r).with(letters.get(1), c);
        } else if (extents.size() == 1) {
          inner = inner.with(letters.get(0), column ? r : c);
        }
        result[r][c] = inner.value(formula)[0][0];
      }
    }
    return result;
  }

  private static void compare(double[][] expected, double[][] actual, String where) {
    boolean row = actual.length == 1 || actual.length == expected.length;
    boolean column = actual[0].length == 1 || actual[0].length == expected[0].length;
    assertTrue(row && column, where);
    for (int r = 0; r < expected.length; r++) {
      for (int c = 0; c < expected[0].length; c++) {
        double value = actual[actual.length == 1 ? 0 : r][actual[0].length == 1 ? 0 : c];
        assertEquals(expected[r][c], value, 1e-6 * Math.max(1, Math.abs(expected[r][c])), where);
      }
    }
  }

  private static Map<String, double[][]> values(Graph graph, long seed) {
    Random random = new Random(seed);
    Map<String, double[]> leaves = new HashMap<>();
    Map.of("A", 9, "B", 9, "C", 9, "u", 3, "v", 3, "s", 1).forEach((name, size) ->
        leaves.put(name, random.doubles(size, 0.5, 1.5).toArray()));
    Interpreter interpreter = new Interpreter(graph, leaves, Map.of("m", RandomGraphs.SIZE));
    Map<String, double[][]> matrices = new HashMap<>();
    graph.names().keySet().forEach(name -> matrices.put(name, interpreter.matrix(name)));
    return matrices;
  }

  @Test
  void randomFormulasAreReadBackAsWritten() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      Map<String, double[][]> values = new HashMap<>();
      Stream.of("A", "B", "C").forEach(name -> values.put(name, square(random)));
      Stream.of("s", "t").forEach(name -> values.put(name, new double[][] {{random.nextDouble() + 0.5}}));
      Formula formula = new RandomFormulas(random).matrix(4);
      String text = LanguagePrinter.print(formula);
      FormulaEvaluator evaluator = new FormulaEvaluator(values, Map.of());
      compare(evaluator.value(formula), evaluator.value(Parsed.formula(text)), text);
    }
  }

  private static double[][] square(Random random) {
    List<double[]> rows = new ArrayList<>();
    for (int r = 0; r < RandomGraphs.SIZE; r++) {
      rows.add(random.doubles(RandomGraphs.SIZE, 0.5, 1.5).toArray());
    }
    return rows.toArray(double[][]::new);
  }
}
