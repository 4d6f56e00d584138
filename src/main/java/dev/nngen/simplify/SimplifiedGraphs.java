package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A cache of simplified graphs. Steps of a derivation ask about the same small graphs for equal layers, and an editor asks again after each change of
 * a text. Thread-safe.
 */
final class SimplifiedGraphs {

  /** Larger graphs are not kept. */
  private static final int LARGEST = 2_000;

  /** A graph with facts about its nodes. */
  private record Question(List<Node> nodes, List<Map.Entry<String, Graph.Value>> names, Facts facts) {}

  private final int capacity;
  private final Map<Question, Graph> answers = new LinkedHashMap<>(16, 0.75f, true);
  private int size;

  /**
   * @param capacity the largest number of nodes of all graphs that are kept
   */
  SimplifiedGraphs(int capacity) {
    this.capacity = capacity;
  }

  /** Returns the kept result for a graph, or else a new one. */
  Graph get(Graph graph, Facts facts, Supplier<Graph> simplified) {
    if (graph.size() > LARGEST) {
      return simplified.get();
    }
    Question question = new Question(IntStream.range(0, graph.size()).mapToObj(graph::node).toList(), new ArrayList<>(graph.names().entrySet()), facts);
    return kept(question).orElseGet(() -> keep(question, simplified.get()));
  }

  private synchronized Optional<Graph> kept(Question question) {
    return Optional.ofNullable(answers.get(question));
  }

  private synchronized Graph keep(Question question, Graph answer) {
    if (answers.putIfAbsent(question, answer) == null) {
      size += size(question, answer);
    }
    Iterator<Map.Entry<Question, Graph>> oldest = answers.entrySet().iterator();
    while (size > capacity) {
      Map.Entry<Question, Graph> next = oldest.next();
      size -= size(next.getKey(), next.getValue());
      oldest.remove();
    }
    return answer;
  }

  private static int size(Question question, Graph answer) {
    return question.nodes().size() + answer.size();
  }
}
