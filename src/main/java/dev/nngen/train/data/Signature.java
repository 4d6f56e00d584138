package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.List;

/** What a model takes: its inputs, then its targets, in the order declared. */
public record Signature(List<Port> inputs, List<Port> targets) {

  /** One argument of the generated class and how many numbers of it belong to a sample. */
  public record Port(String name, int size) {}

  public Signature {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
  }

  /** The signature of a model, each of whose inputs and targets must run over the samples. */
  public static Signature of(Lowered model) throws Fault {
    return new Signature(ports(model, model.inputs()), ports(model, model.targets()));
  }

  private static List<Port> ports(Lowered model, List<String> names) throws Fault {
    List<Port> ports = new ArrayList<>();
    for (String name : names) {
      ports.add(new Port(name, perSample(model, name)));
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

  private static int total(List<Port> ports) {
    return ports.stream().mapToInt(Port::size).sum();
  }
}
