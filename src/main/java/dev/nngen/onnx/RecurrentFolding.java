package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.GateSums.Piece;
import dev.nngen.onnx.RecurrentOperator.Gate;
import dev.nngen.onnx.StepGraph.Earlier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds recurrences that are an {@code RNN}, {@code LSTM} or {@code GRU} by the computation of a step, regardless of names and of how matrices are
 * stacked.
 */
final class RecurrentFolding {

  private final StepGraph step;
  private final Graph body;
  private final GateSums sums;
  /** The state that is the operator's result, and its value in the previous step. */
  private final int hidden;
  private final View earlier;

  private RecurrentFolding(Graph graph, StepGraph step, int hidden) {
    this.step = step;
    this.body = step.graph();
    this.sums = new GateSums(graph, step, body);
    this.hidden = hidden;
    this.earlier = state(hidden).orElseThrow();
  }

  /**
   * Returns the operator that computes a recurrence.
   *
   * @param results the nodes that are needed outside of it
   */
  static Optional<RecurrentOperator> of(Graph graph, StepGraph step, Set<Integer> results) {
    int hidden = results.iterator().next();
    List<Integer> states = step.states().keySet().stream().map(Earlier::node).toList();
    if (results.size() > 1 || !states.contains(hidden) || step.states().keySet().stream().anyMatch(state -> state.steps() > 1)
        || states.stream().anyMatch(state -> !GateSums.isMatrix(step.graph().node(step.nodes().get(state)).shape()))) {
      return Optional.empty();
    }
    RecurrentFolding folding = new RecurrentFolding(graph, step, hidden);
    return states.size() == 1 ? folding.rnn().or(folding::gru) : states.size() == 2 ? folding.lstm(states.get(states.get(0) == hidden ? 1 : 0)) : Optional.empty();
  }

  /** Returns a node of the step over units and samples. */
  private View view(int node) {
    int value = step.nodes().get(node);
    return new View(value, axes(body.node(value).shape()));
  }

  private Optional<View> state(int node) {
    return Optional.ofNullable(step.states().get(new Earlier(node, 1))).map(leaf -> new View(leaf, axes(body.node(leaf).shape())));
  }

  private static List<Integer> axes(List<Extent> shape) {
    return shape.stream().map(extent -> extent.equals(Extent.BATCH) ? GateSums.SAMPLES : GateSums.UNITS).toList();
  }

  private Optional<RecurrentOperator> operator(String type, boolean isBeforeReset, String activation, List<Optional<Gate>> gates) {
    return gates.stream().allMatch(Optional::isPresent) ? RecurrentOperator.of(type, step, hidden, earlier, gates.stream().flatMap(Optional::stream).toList(), isBeforeReset, activation) : Optional.empty();
  }

  private Optional<Gate> gate(View view) {
    return sums.of(view).map(pieces -> new Gate(pieces, List.of(), false));
  }

  /** Matches {@code h = f(W x + R h' + b)}. */
  private Optional<RecurrentOperator> rnn() {
    View value = sums.only(view(hidden));
    return tanh(value).flatMap(z -> operator("RNN", false, "Tanh", List.of(gate(z))))
        .or(() -> sigmoid(value).flatMap(z -> operator("RNN", false, "Sigmoid", List.of(gate(z)))))
        .or(() -> rectified(value).flatMap(z -> operator("RNN", false, "Relu", List.of(gate(z)))));
  }

  /** Matches {@code h = o tanh(c)}, {@code c = f c' + i tanh(z)}. */
  private Optional<RecurrentOperator> lstm(int cell) {
    List<View> factors = sums.factors(view(hidden));
    Optional<View> before = state(cell);
    return Stream.of(0, 1).filter(k -> factors.size() == 2 && before.isPresent() && tanh(factors.get(1 - k)).filter(view -> sums.only(view).equals(sums.only(view(cell)))).isPresent())
        .flatMap(k -> sigmoid(factors.get(k)).stream()).flatMap(output -> terms(view(cell)).stream()
            .flatMap(terms -> Stream.of(0, 1).flatMap(k -> lstm(output, before.get(), terms.get(k), terms.get(1 - k)).stream()))).findFirst();
  }

  private Optional<RecurrentOperator> lstm(View output, View before, View kept, View added) {
    Optional<View> forget = other(kept, before).flatMap(this::sigmoid);
    List<View> factors = sums.factors(added);
    return Stream.of(0, 1).filter(k -> factors.size() == 2 && forget.isPresent())
        .flatMap(k -> sigmoid(factors.get(k)).flatMap(input -> tanh(factors.get(1 - k))
            .flatMap(z -> operator("LSTM", false, "", List.of(gate(input), gate(output), gate(forget.get()), gate(z))))).stream()).findFirst();
  }

  /** Matches {@code h = (1 - z) n + z h'}, or the same with {@code z} and {@code 1 - z} exchanged. */
  private Optional<RecurrentOperator> gru() {
    return terms(view(hidden)).stream().flatMap(terms -> Stream.of(0, 1).flatMap(k -> gru(terms.get(k), terms.get(1 - k)).stream())).findFirst();
  }

  private Optional<RecurrentOperator> gru(View kept, View added) {
    Optional<View> share = other(kept, earlier);
    List<View> factors = sums.factors(added);
    return Stream.of(0, 1).filter(k -> factors.size() == 2 && share.isPresent() && areComplements(share.get(), factors.get(k)))
        .flatMap(k -> tanh(factors.get(1 - k)).flatMap(candidate -> sigmoid(share.get()).flatMap(z -> gru(z, false, candidate))
            .or(() -> sigmoid(factors.get(k)).flatMap(z -> gru(z, true, candidate)))).stream()).findFirst();
  }

  private boolean areComplements(View share, View rest) {
    return isComplement(share, rest) || isComplement(rest, share);
  }

  private boolean isComplement(View value, View rest) {
    return body.node(rest.node()) instanceof Node.Sum sum && sum.constant().isOne() && sum.terms().size() == 1 && sum.terms().get(0).coefficient().equals(Rational.MINUS_ONE)
        && sum.terms().get(0).view().rewire(rest.axes()).equals(value);
  }

  private Optional<RecurrentOperator> gru(View z, boolean isNegated, View candidate) {
    Optional<Gate> update = gate(z).map(gate -> new Gate(gate.outer(), List.of(), isNegated));
    List<View> terms = flat(candidate).toList();
    return IntStream.range(0, terms.size()).boxed().flatMap(at -> {
      View reset = terms.get(at);
      List<Piece> others = new ArrayList<>();
      boolean fits = IntStream.range(0, terms.size()).filter(k -> k != at).allMatch(k -> sums.of(terms.get(k)).filter(others::addAll).isPresent());
      return fits ? Stream.of(after(reset, update, others), before(reset, update, others)).flatMap(Optional::stream) : Stream.empty();
    }).findFirst();
  }

  /** Matches a reset gate that multiplies the matrix product of the state. */
  private Optional<RecurrentOperator> after(View term, Optional<Gate> update, List<Piece> others) {
    List<View> factors = sums.factors(term);
    return Stream.of(0, 1).filter(k -> factors.size() == 2).flatMap(k -> sigmoid(factors.get(k)).flatMap(reset -> sums.of(factors.get(1 - k))
        .flatMap(inner -> operator("GRU", true, "", List.of(update, gate(reset), Optional.of(new Gate(others, inner, false)))))).stream()).findFirst();
  }

  /** Matches a reset gate that multiplies the state before the matrix does. */
  private Optional<RecurrentOperator> before(View term, Optional<Gate> update, List<Piece> others) {
    return sums.of(term).filter(pieces -> pieces.size() == 1 && pieces.get(0).input().isPresent() && !pieces.get(0).isOutside()).flatMap(pieces -> {
      Piece piece = pieces.get(0);
      Piece state = new Piece(piece.parameter(), piece.rows(), piece.first(), Optional.of(earlier), false);
      return other(piece.input().get(), earlier).flatMap(this::sigmoid)
          .flatMap(reset -> operator("GRU", false, "", List.of(update, gate(reset), Optional.of(new Gate(Stream.concat(others.stream(), Stream.of(state)).toList(), List.of(), false)))));
    });
  }

  /** Returns the terms of nested sums, if each has coefficient one. */
  private Stream<View> flat(View view) {
    return body.node(view.node()) instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().stream().allMatch(term -> term.coefficient().isOne())
        ? sum.terms().stream().flatMap(term -> flat(term.view().rewire(view.axes()))) : Stream.of(view);
  }

  /** Returns the two terms of a sum. */
  private Optional<List<View>> terms(View view) {
    List<View> terms = flat(view).toList();
    return terms.size() == 2 ? Optional.of(terms) : Optional.empty();
  }

  /** Returns the other one of two factors. */
  private Optional<View> other(View product, View factor) {
    List<View> factors = sums.factors(product);
    return factors.size() == 2 && factors.contains(factor) ? Optional.of(factors.get(factors.get(0).equals(factor) ? 1 : 0)) : Optional.empty();
  }

  private Optional<View> tanh(View view) {
    return body.node(view.node()) instanceof Node.Apply apply && apply.fn() == Fn.TANH ? Optional.of(apply.arguments().get(0).rewire(view.axes())) : Optional.empty();
  }

  private Optional<View> sigmoid(View view) {
    return body.node(view.node()) instanceof Node.Power power && OperatorFolding.isSigmoid(body, power)
        ? Optional.of(OperatorFolding.logit(body, power).rewire(view.axes())) : Optional.empty();
  }

  private Optional<View> rectified(View view) {
    return body.node(view.node()) instanceof Node.Apply apply ? OperatorFolding.rectified(body, apply).map(z -> z.rewire(view.axes())) : Optional.empty();
  }
}
