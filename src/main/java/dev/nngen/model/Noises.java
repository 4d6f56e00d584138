package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement.NoiseDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Types {@code noise} statements of the model and of its layers: random values of each training step, for each sample. */
final class Noises {

  private record Declared(CallSite.Local local, NoiseDecl decl, Shape shape, Distribution distribution, double parameter) {}

  private final Session session;
  private final List<Declared> all = new ArrayList<>();

  Noises(Session session) {
    this.session = session;
  }

  /** Returns the number of noise declarations so far. */
  int count() {
    return all.size();
  }

  /** Declares noise and returns its value in the frame's orientation; poison after a reported error. */
  int declare(NoiseDecl decl, CallSite.Local local, Frame frame) {
    if (session.blocks.refuses()) {
      return Values.POISON;
    }
    Optional<List<Size>> sizes = sizes(decl, frame);
    Optional<Distribution> distribution = distribution(decl);
    OptionalDouble parameter = distribution.isPresent() ? parameter(decl, distribution.get(), frame) : OptionalDouble.empty();
    if (sizes.isEmpty() || parameter.isEmpty()) {
      return Values.POISON;
    }
    Shape shape = sizes.get().size() == 2 ? Shape.of(sizes.get().get(0), sizes.get().get(1)) : Shape.of(sizes.get(), frame.rows);
    if (session.operators.isTooLarge(shape, decl.name().span())) {
      return Values.POISON;
    }
    boolean stored = frame.rows == session.rows;
    Shape asStored = stored ? shape : shape.isTensor() ? shape.turned() : shape.transposed();
    all.add(new Declared(local, decl, asStored, distribution.get(), parameter.getAsDouble()));
    int leaf = session.values.add(new Op.Noise(all.size() - 1), asStored);
    return stored ? leaf : session.values.turn(leaf);
  }

  /** Returns the axes, including that of samples if data has samples. */
  private Optional<List<Size>> sizes(NoiseDecl decl, Frame frame) {
    List<Expr> written = new ArrayList<>(decl.sizes());
    int end = frame.rows ? 0 : written.size() - 1;
    if (!written.isEmpty() && DataDeclarations.isSamples(written.get(end)) && !frame.bindings.containsKey("m")) {
      written.remove(end);
    }
    return session.sizing.sizes(written, frame).map(fixed -> {
      List<Size> axes = new ArrayList<>(fixed.isEmpty() ? List.of(Size.ONE) : fixed);
      if (session.batched) {
        axes.add(frame.rows ? 0 : axes.size(), Size.SAMPLES);
      } else if (axes.size() == 1) {
        axes.add(frame.rows ? 0 : 1, Size.ONE);
      }
      return axes;
    });
  }

  private Optional<Distribution> distribution(NoiseDecl decl) {
    Optional<Distribution> found = decl.distribution() instanceof Expr.Call call && call.arguments().size() == 1
        ? Distribution.named(call.callee().name()).filter(known -> call.arguments().get(0).name().map(name -> name.name().equals(known.parameter)).orElse(true)) : Optional.empty();
    if (found.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_INIT, decl.distribution().span(), "expected a distribution, found `" + FaultReport.excerpt(decl.distribution().span()) + "`")
          .help("`noise " + decl.name().name() + " = bernoulli(0.5);`, or `normal(s)` with standard deviation s, or `uniform(s)` in [-s, s); scale and move the value where it is used"));
    }
    return found;
  }

  private OptionalDouble parameter(NoiseDecl decl, Distribution distribution, Frame frame) {
    Expr written = ((Expr.Call) decl.distribution()).arguments().get(0).value();
    int id = session.expressions.value(written, frame);
    OptionalDouble number = id == Values.POISON ? OptionalDouble.empty() : session.draws.number(id);
    if (id != Values.POISON && number.isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, written.span(), "the parameter of `" + distribution.label() + "` must be known at compile time, and `"
          + FaultReport.excerpt(written.span()) + "` is not").help("scale the noise at its uses"));
    } else if (number.isPresent() && !distribution.admits(number.getAsDouble())) {
      session.report.error(Diagnostic.of(ErrorCode.INVALID_NUMBER, written.span(), "expected " + distribution.condition() + " for `" + distribution.label() + "`, found "
          + number.getAsDouble()));
      return OptionalDouble.empty();
    }
    return number;
  }

  /**
   * Reports noise that a prediction would need, at the first value that depends on it.
   *
   * @param wanted the loss and the output
   * @param defined the values of definitions and losses in source order, with their expressions
   */
  void requireTraining(List<Integer> wanted, Map<Expr, Integer> defined) {
    BitSet needed = neededByPredictions(wanted);
    OptionalInt first = needed.stream().filter(id -> session.values.get(id).op() instanceof Op.Noise).findFirst();
    if (first.isEmpty()) {
      return;
    }
    Declared noise = all.get(((Op.Noise) session.values.get(first.getAsInt()).op()).index());
    Expr place = defined.entrySet().stream().filter(entry -> entry.getValue() != Values.POISON && needed.get(entry.getValue())
        && neededByPredictions(List.of(entry.getValue())).get(first.getAsInt())).map(Map.Entry::getKey).findFirst().orElse(noise.decl.distribution());
    Expr.Name own = NameCheck.namesIn(place).stream().filter(name -> name.name().equals(noise.local.name)).findFirst().orElse(null);
    session.report.error(Diagnostic.of(ErrorCode.MISPLACED, own == null ? place.span() : own.span(), "noise `" + noise.local.name + "` is used in a prediction")
        .label("it is drawn in training only").note(noise.decl.name().span(), "it is declared here")
        .help("`training(A, B)` is A in training and B in predictions: `training(H .* " + noise.local.word + ", H)`; numbers that predictions and losses need too are an input"));
  }

  private BitSet neededByPredictions(List<Integer> roots) {
    BitSet needed = new BitSet();
    roots.stream().filter(root -> root != Values.POISON).forEach(needed::set);
    for (int id = needed.length() - 1; id >= 0; id = needed.previousSetBit(id - 1)) {
      session.values.get(id).inPrediction().forEach(needed::set);
    }
    return needed;
  }

  /** Returns the noise by its external names. */
  List<Model.Noise> declared() {
    return all.stream().map(noise -> new Model.Noise(noise.local.name, noise.shape, noise.distribution, noise.parameter)).toList();
  }
}
