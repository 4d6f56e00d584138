package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.ElementType;
import dev.nngen.onnx.OperatorFolding.Computed;
import dev.nngen.onnx.WindowShape.Dimension;
import dev.nngen.onnx.WindowShape.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds values that are computed in windows of a tensor: {@code Conv}, {@code MaxPool} and {@code AveragePool}, of up to three dimensions. ONNX
 * Runtime has convolutions and means only in single precision; in double precision they stay primitives.
 */
final class WindowFolding {

  private static final int MOST_DIMENSIONS = 3;

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final GraphTranslation translation;

  WindowFolding(Graph graph, OperatorGraph operators, AxisOrder placement, GraphTranslation translation) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.translation = translation;
  }

  /**
   * @param id of the node
   */
  Optional<Computed> of(int id, Node node) {
    View whole = View.identity(id, node.rank());
    if (node instanceof Node.Max max) {
      return WindowShape.of(graph, max.argument(), max.loops(), max.rank()).filter(windows -> windows.factors().size() == 1).flatMap(windows -> maxPool(windows, max));
    }
    if (operators.real() != ElementType.FLOAT) {
      return Optional.empty();
    }
    return node instanceof Node.Product ? convolution(whole, node).map(found -> computed(found, List.of(found.data(), found.kernel()), node, Optional.empty(), List.of(), Rational.ZERO))
        : node instanceof Node.Sum sum ? biased(sum).or(() -> averagePool(sum)) : Optional.empty();
  }

  /**
   * The layout of the operators' data and result.
   *
   * @param samples the first side
   * @param channels the second side
   * @param dimensions the others
   */
  private record Layout(int samples, int channels, List<Dimension> dimensions, List<Padding> paddings) {

    List<Integer> data() {
      return Stream.concat(Stream.of(samples, channels), dimensions.stream().map(Dimension::data)).toList();
    }

    List<Integer> result(int maps) {
      return Stream.concat(Stream.of(samples, maps), dimensions.stream().map(Dimension::output)).toList();
    }

    List<Attribute> attributes() {
      List<Attribute> attributes = new ArrayList<>();
      add(attributes, "strides", paddings.stream().map(Padding::stride).toList(), 1);
      add(attributes, "dilations", dimensions.stream().map(Dimension::dilation).toList(), 1);
      add(attributes, "pads", Stream.concat(paddings.stream().map(Padding::before), paddings.stream().map(Padding::behind)).toList(), 0);
      return attributes;
    }

    private static void add(List<Attribute> attributes, String name, List<Long> values, long standard) {
      if (values.stream().anyMatch(value -> value != standard)) {
        attributes.add(new Attribute(name, values));
      }
    }
  }

  /** Returns the layout. Axes that are read unchanged become dimensions with windows of one entry, if they are neither samples nor channels. */
  private static Optional<Layout> layout(WindowShape windows, int samples, int channels, List<Integer> same, List<Dimension> dimensions) {
    List<Dimension> all = Stream.concat(same.stream().filter(axis -> axis != samples && axis != channels).map(Dimension::same), dimensions.stream()).toList();
    List<Padding> paddings = all.stream().flatMap(dimension -> windows.padding(dimension).stream()).toList();
    return paddings.size() == all.size() && all.size() <= MOST_DIMENSIONS && all.stream().anyMatch(dimension -> dimension.output() != AxisOrder.ONE && dimension.kernel() != AxisOrder.ONE)
        ? Optional.of(new Layout(samples, channels, all, paddings)) : Optional.empty();
  }

  private static Optional<Integer> samples(WindowShape windows, List<Integer> axes) {
    return axes.stream().filter(axis -> windows.loops().get(axis).equals(Extent.BATCH)).findFirst();
  }

  /**
   * A convolution.
   *
   * @param maps the axis of the result that only the kernel has, or that all have if channels are separate
   * @param summed channels that are summed over
   */
  private record Convolution(WindowShape windows, View data, View kernel, Layout layout, int maps, int summed) {

    /** Returns the sides of the kernel: maps, channels, and its windows. */
    List<Integer> kernels() {
      return Stream.concat(Stream.of(maps, summed), layout.dimensions().stream().map(Dimension::kernel)).toList();
    }
  }

  private Optional<Convolution> convolution(View view, Node node) {
    return WindowShape.of(graph, view, node.shape(), node.rank()).filter(windows -> windows.factors().size() == 2)
        .flatMap(windows -> Stream.of(0, 1).flatMap(k -> convolution(windows, windows.factors().get(k), windows.factors().get(1 - k)).stream()).findFirst());
  }

  private static Optional<Convolution> convolution(WindowShape windows, View data, View kernel) {
    Optional<List<Dimension>> dimensions = windows.dimensions(data, axis -> axis >= windows.rank() && kernel.axes().contains(axis));
    if (dimensions.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> axes = windows.others(data, dimensions.get());
    List<Integer> same = axes.stream().filter(axis -> axis < windows.rank() && !kernel.axes().contains(axis)).toList();
    List<Integer> summed = axes.stream().filter(axis -> axis >= windows.rank() && kernel.axes().contains(axis)).toList();
    List<Integer> apart = axes.stream().filter(axis -> axis < windows.rank() && kernel.axes().contains(axis)).toList();
    List<Integer> maps = kernel.axes().stream().filter(axis -> axis < windows.rank() && !data.axes().contains(axis)).toList();
    if (summed.size() > 1 || maps.size() + apart.size() > 1 || summed.size() + apart.size() > 1 || apart.stream().anyMatch(axis -> windows.loops().get(axis) instanceof Extent.Symbol)
        || !windows.areAll(Stream.of(data.axes().stream(), kernel.axes().stream(), dimensions.get().stream().map(Dimension::output)).flatMap(all -> all))) {
      return Optional.empty();
    }
    int channels = Stream.of(summed, apart).flatMap(List::stream).findFirst().orElse(AxisOrder.ONE);
    int map = Stream.of(maps, apart).flatMap(List::stream).findFirst().orElse(AxisOrder.ONE);
    return layout(windows, samples(windows, same).orElse(AxisOrder.ONE), channels, same, dimensions.get())
        .map(layout -> new Convolution(windows, data, kernel, layout, map, summed.isEmpty() ? AxisOrder.ONE : summed.get(0)))
        .filter(found -> found.layout().data().containsAll(data.axes()) && found.kernels().containsAll(kernel.axes()));
  }

  /** Matches a convolution plus a term that is constant within a map. */
  private Optional<Computed> biased(Node.Sum sum) {
    return sum.terms().stream().filter(term -> term.coefficient().isOne() && OperatorFolding.covers(term.view(), sum.rank())).flatMap(term -> convolution(term.view(), sum)
        .flatMap(found -> sum.terms().stream().filter(other -> !other.equals(term) && other.coefficient().isOne() && other.view().axes().equals(found.maps() == AxisOrder.ONE ? List.of() : List.of(found.maps()))).findFirst().map(bias -> {
          List<Node.Term> others = sum.terms().stream().filter(other -> !other.equals(term) && !other.equals(bias)).toList();
          List<View> operands = Stream.concat(Stream.of(found.data(), found.kernel(), bias.view()), others.stream().map(Node.Term::view)).toList();
          return computed(found, operands, sum, Optional.of(bias.view()), others, sum.constant());
        })).stream()).findFirst();
  }

  private Computed computed(Convolution found, List<View> operands, Node node, Optional<View> bias, List<Node.Term> others, Rational constant) {
    return new Computed(operands, () -> {
      List<Integer> order = AxisOrder.order(node.shape());
      return translation.terms(placement.place(written(found, bias), order), constant, others, order);
    });
  }

  private Tensor written(Convolution found, Optional<View> bias) {
    Layout layout = found.layout();
    List<String> inputs = new ArrayList<>(List.of(placement.arrange(placement.tensor(found.data()), layout.data()), placement.arrange(placement.tensor(found.kernel()), found.kernels())));
    bias.ifPresent(view -> inputs.add(placement.arrange(placement.tensor(view), List.of(found.maps()))));
    List<Attribute> attributes = layout.attributes();
    if (found.summed() == AxisOrder.ONE && layout.channels() != AxisOrder.ONE) {
      attributes.add(new Attribute("group", found.windows().size(layout.channels())));
    }
    return new Tensor(operators.apply("Conv", inputs, attributes.toArray(Attribute[]::new)), layout.result(found.maps()));
  }

  /** Returns the windows of a pool, whose axes are all reduced by the sum or maximum. */
  private Optional<Layout> pool(WindowShape windows, List<Integer> kernels) {
    View data = windows.factors().get(0);
    return windows.dimensions(data, kernels::contains).flatMap(dimensions -> {
      List<Integer> same = windows.others(data, dimensions);
      List<Integer> rest = new ArrayList<>(same);
      int samples = samples(windows, same).orElse(same.isEmpty() ? AxisOrder.ONE : same.get(0));
      rest.remove((Integer) samples);
      Stream<Integer> named = Stream.of(data.axes().stream(), dimensions.stream().map(Dimension::output), dimensions.stream().map(Dimension::kernel)).flatMap(all -> all);
      return windows.areAll(named) && same.stream().allMatch(axis -> axis < windows.rank())
          ? layout(windows, samples, rest.isEmpty() ? AxisOrder.ONE : rest.get(0), same, dimensions) : Optional.empty();
    });
  }

  private Optional<Computed> maxPool(WindowShape windows, Node.Max max) {
    List<Integer> kernels = IntStream.range(max.rank(), max.loops().size()).boxed().toList();
    return pool(windows, kernels).filter(layout -> layout.paddings().stream().allMatch(padding -> padding.before() == 0 && padding.behind() == 0))
        .map(layout -> pooled("MaxPool", windows, layout, max));
  }

  /** Matches the sum over a window, divided by the number of its entries. Zeros outside count. */
  private Optional<Computed> averagePool(Node.Sum sum) {
    if (sum.terms().size() != 1 || !sum.constant().isZero()) {
      return Optional.empty();
    }
    Node.Term term = sum.terms().get(0);
    return WindowShape.of(graph, term.view(), sum.shape(), sum.rank()).filter(windows -> windows.factors().size() == 1).flatMap(windows -> {
      List<Integer> kernels = IntStream.range(sum.rank(), windows.loops().size()).filter(axis -> !windows.factors().get(0).axes().contains(axis)).boxed().toList();
      Rational count = Rational.of(kernels.stream().mapToLong(windows::size).reduce(1, Math::multiplyExact), 1);
      return pool(windows, kernels).filter(layout -> term.coefficient().times(count).isOne() && layout.dimensions().stream().allMatch(dimension -> dimension.dilation() == 1))
          .map(layout -> pooled("AveragePool", windows, layout, sum));
    });
  }

  private Computed pooled(String type, WindowShape windows, Layout layout, Node node) {
    View data = windows.factors().get(0);
    List<Attribute> attributes = new ArrayList<>(List.of(new Attribute("kernel_shape", layout.dimensions().stream().map(dimension -> windows.size(dimension.kernel())).toList())));
    attributes.addAll(layout.attributes());
    if (type.equals("AveragePool") && layout.paddings().stream().anyMatch(padding -> padding.before() + padding.behind() > 0)) {
      attributes.add(new Attribute("count_include_pad", 1L));
    }
    return new Computed(List.of(data), () -> placement.place(new Tensor(operators.apply(type, List.of(placement.arrange(placement.tensor(data), layout.data())),
        attributes.toArray(Attribute[]::new)), layout.result(layout.channels())), AxisOrder.order(node.shape())));
  }
}
