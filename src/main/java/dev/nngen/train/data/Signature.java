package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a model takes: its inputs, then its targets, in the order declared.
 *
 * @param judged the target that the output is to be like, if there is one: of the output's size, and where there are several such,
 *     the only one that meets the output in the loss before other targets do
 * @param single whether the generated class takes numbers in single precision
 * @param samplesInRows whether features are the last axis
 */
public record Signature(List<Port> inputs, List<Port> targets, Optional<Port> judged, boolean single, boolean samplesInRows) {

  /**
   * One argument of the generated class.
   *
   * @param size how many numbers of it belong to a sample
   * @param range which they lie in, as the model declares
   * @param count of whole numbers, how many there are from 0 on; 0 of real numbers
   */
  public record Port(String name, int size, Interval range, int count) {

    Port(String name, int size) {
      this(name, size, Interval.REALS);
    }

    Port(String name, int size, Interval range) {
      this(name, size, range, 0);
    }

    /** Whether it holds the number of a class. */
    public boolean isLabel() {
      return size == 1 && count > 0;
    }

    /** How many classes it tells apart: as many as there are whole numbers, or entries, or two by one real number. */
    int classes() {
      return isLabel() ? count : Math.max(2, size);
    }

    /** The number that stands for the first or the second of two classes: the ends of the range, or 0 and 1 where it has none. */
    double ofClass(int label) {
      boolean bounded = Double.isFinite(range.low()) && Double.isFinite(range.high());
      return !bounded || isLabel() ? label : label == 0 ? range.low() : range.high();
    }

    /** Between the numbers of two classes. */
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

  /** Of a model whose only target is what the output is to be like. */
  Signature(List<Port> inputs, Port target) {
    this(inputs, List.of(target), Optional.of(target));
  }

  /** The signature of a model, each of whose inputs and targets must run over the samples. */
  public static Signature of(Lowered model) throws Fault {
    List<Port> targets = ports(model, model.targets());
    return new Signature(ports(model, model.inputs()), targets, judged(model, targets), model.singlePrecision(), model.samplesInRows());
  }

  private static Optional<Port> judged(Lowered model, List<Port> targets) throws Fault {
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

  /** Whether some value depends on the output and a target, and on no other target. */
  private static boolean meets(Lowered model, int output, Port target) {
    Graph graph = model.graph();
    List<Integer> others = model.targets().stream().filter(name -> !name.equals(target.name())).map(name -> graph.named(name).node()).toList();
    int wanted = graph.named(target.name()).node();
    return IntStream.range(0, graph.size()).mapToObj(id -> graph.reachable(List.of(id)))
        .anyMatch(operands -> operands[output] && operands[wanted] && others.stream().noneMatch(other -> operands[other]));
  }

  private static List<Port> ports(Lowered model, List<String> names) throws Fault {
    List<Port> ports = new ArrayList<>();
    for (String name : names) {
      Interval range = model.facts().ranges().getOrDefault(model.graph().named(name).node(), Interval.REALS);
      ports.add(new Port(name, perSample(model, name), range, model.counts().getOrDefault(name, 0)));
    }
    return ports;
  }

  /** How many entries of a value belong to one sample. */
  public static int perSample(Lowered model, String name) throws Fault {
    Graph.Value value = model.graph().named(name);
    List<Extent> shape = model.graph().node(value.node()).shape();
    if (!shape.contains(Extent.BATCH)) {
      throw Fault.of(ErrorCode.NOT_TRAINABLE, name + " of " + model.name() + " does not run over the samples, so no table of samples can fill it")
          .help("train it from Java, where any matrix can be passed");
    }
    return shape.stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** How many features a sample has. */
  public int features() {
    return total(inputs);
  }

  /** How many target values a sample has. */
  public int targetSize() {
    return total(targets);
  }

  /** Names and sizes, for messages. */
  static String shown(List<Port> ports) {
    return String.join(", ", ports.stream().map(port -> port.name() + "[" + port.size() + "]").toList());
  }

  /** Where a target begins among all targets of a sample. */
  int offset(Port target) {
    return total(targets.subList(0, targets.indexOf(target)));
  }

  /** The target whose classes a user names: the judged one, or the only one. */
  Optional<Port> classified() {
    return judged.isPresent() || targets.size() != 1 ? judged : Optional.of(targets.get(0));
  }

  /** Whether so many columns can hold the targets, each as numbers or as a label. */
  boolean takes(int columns) {
    List<Boolean> any = Collections.nCopies(columns, true);
    return TargetColumns.divide(this, 0, any, List.of()).isPresent();
  }

  private static int total(List<Port> ports) {
    return ports.stream().mapToInt(Port::size).sum();
  }
}
