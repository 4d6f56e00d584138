package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The arguments of a model: its inputs, then its targets, in declaration order.
 *
 * @param judged the target that the output is compared with, if there is one: of the output's size, and if there are several such, the only one that
 *     meets the output in the loss before other targets do
 * @param single whether the generated class takes numbers in single precision
 * @param samplesInRows whether features are the last axis
 */
public record Signature(List<Port> inputs, List<Port> targets, Optional<Port> judged, boolean single, boolean samplesInRows) {

  /**
   * An argument of the generated class.
   *
   * @param size numbers per sample
   * @param range of the numbers, as the model declares
   * @param count the number of values of integers from 0 on; 0 for real numbers
   */
  public record Port(String name, int size, Interval range, int count) {

    Port(String name, int size) {
      this(name, size, Interval.REALS);
    }

    Port(String name, int size, Interval range) {
      this(name, size, range, 0);
    }

    /** Whether it is the number of a class. */
    public boolean isLabel() {
      return size == 1 && count > 0;
    }

    /** Returns its number of classes: the number of integers or entries, or two for one real number. */
    int classes() {
      return isLabel() ? count : Math.max(2, size);
    }

    /** Returns the number of the first or the second of two classes: the ends of the range, or 0 and 1 if it has none. */
    double ofClass(int label) {
      boolean bounded = Double.isFinite(range.low()) && Double.isFinite(range.high());
      return !bounded || isLabel() ? label : label == 0 ? range.low() : range.high();
    }

    /** Returns the midpoint between the numbers of two classes. */
    double middle() {
      return (ofClass(0) + ofClass(1)) / 2;
    }
  }

  public Signature {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
  }

  Signature(List<Port> inputs, List<Port> targets, Optional<Port> judged) {
    this(inputs, targets, judged, false, false);
  }

  /** Returns the signature of a model with one target of the output's shape. */
  Signature(List<Port> inputs, Port target) {
    this(inputs, List.of(target), Optional.of(target));
  }

  /** Returns the signature of a model. All its inputs and targets must run over the samples. */
  public static Signature of(Program<?> model) throws DataException {
    List<Port> targets = ports(model, model.targets());
    return new Signature(ports(model, model.inputs()), targets, judged(model, targets), model.singlePrecision(), model.samplesInRows());
  }

  private static Optional<Port> judged(Program<?> model, List<Port> targets) throws DataException {
    Graph graph = model.graph();
    if (model.output().isEmpty() || !graph.node(model.predicted(model.output().get()).node()).shape().contains(Extent.BATCH)) {
      return Optional.empty();
    }
    int output = model.predicted(model.output().get()).node();
    int size = perSample(model, model.output().get());
    List<Port> fitting = targets.stream().filter(target -> target.isLabel() ? Math.max(2, size) == target.count() : target.size() == size).toList();
    List<Port> met = fitting.size() == 1 ? fitting : fitting.stream().filter(target -> meets(model, output, target)).toList();
    return met.size() == 1 ? Optional.of(met.get(0)) : Optional.empty();
  }

  /** Whether a value depends on the output and a target, and on no other target. */
  private static boolean meets(Program<?> model, int output, Port target) {
    Graph graph = model.graph();
    List<Integer> others = model.targets().stream().filter(name -> !name.equals(target.name())).map(name -> graph.named(name).node()).toList();
    int wanted = graph.named(target.name()).node();
    return IntStream.range(0, graph.size()).mapToObj(id -> graph.reachable(List.of(id)))
        .anyMatch(operands -> operands[output] && operands[wanted] && others.stream().noneMatch(other -> operands[other]));
  }

  private static List<Port> ports(Program<?> model, List<String> names) throws DataException {
    List<Port> ports = new ArrayList<>();
    for (String name : names) {
      Interval range = model.facts().ranges().getOrDefault(model.graph().named(name).node(), Interval.REALS);
      ports.add(new Port(name, perSample(model, name), range, model.counts().getOrDefault(name, 0)));
    }
    return ports;
  }

  /** Returns the entries of a value per sample. */
  public static int perSample(Program<?> model, String name) throws DataException {
    Graph.Value value = model.graph().named(name);
    List<Extent> shape = model.graph().node(value.node()).shape();
    if (!shape.contains(Extent.BATCH)) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, name + " of " + model.name() + " does not run over the samples, so no table of samples can fill it")
          .help("train it from Java, where any matrix can be passed");
    }
    return shape.stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** Returns the number of features of a sample. */
  public int features() {
    return total(inputs);
  }

  /** Returns the number of target values of a sample. */
  public int targetSize() {
    return total(targets);
  }

  /** Returns names and sizes, for messages. */
  static String shown(List<Port> ports) {
    return String.join(", ", ports.stream().map(port -> port.name() + "[" + port.size() + "]").toList());
  }

  /** Returns the position of a target among all targets of a sample. */
  int offset(Port target) {
    return total(targets.subList(0, targets.indexOf(target)));
  }

  /** Returns the target whose classes a user names: the judged one, or the only one. */
  Optional<Port> classified() {
    return judged.isPresent() || targets.size() != 1 ? judged : Optional.of(targets.get(0));
  }

  /** Whether that many columns can be the targets, each as numbers or as a label. */
  boolean takes(int columns) {
    List<Boolean> any = Collections.nCopies(columns, true);
    return TargetColumns.divide(this, 0, any, List.of()).isPresent();
  }

  private static int total(List<Port> ports) {
    return ports.stream().mapToInt(Port::size).sum();
  }
}
