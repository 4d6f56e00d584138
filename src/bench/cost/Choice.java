package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.SmallShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A choice that {@link KernelCost} makes by shape: networks around the threshold, and the possible ways, each applied to the whole network. */
enum Choice {

  PLAIN_PRODUCT("plain: a product in loops on the spot or in a call", false,
      Stream.of("2-4", "4-4", "4-8", "6-6", "6-8", "8-8", "8-16", "16-16", "32-32"),
      Map.of("loops", called(false), "call", called(true))),

  VECTOR_PRODUCT("vector: a product in loops of numbers, as straight code over vectors, or in a call", true,
      Stream.of("2-3", "4-3", "8-3", "16-3", "32-8", "2-16", "4-16", "16-16", "16-64", "32-64", "64-64", "64-96", "96-96", "128-128"),
      Map.of("loops", products(false, false), "vectors", products(false, true), "call", products(true, false))),

  PLAIN_STRAIGHT("plain: nests of small layers in loops or as straight code", false,
      Stream.of("2-4-1", "2-8-1", "4-8-2", "2-16-1", "2-24-1", "2-32-1", "2-48-1", "2-64-1"),
      Map.of("loops", straight(false), "straight", straight(true))),

  VECTOR_STRAIGHT("vector: nests of small layers in loops or as straight code", true,
      Stream.of("2-4-1", "4-4-3", "2-8-1", "4-8-3", "2-12-1", "2-16-1", "4-16-3", "2-32-1"),
      Map.of("loops", straight(false), "straight", straight(true))),

  AT_ONCE("vector: gradients in a method for each kernel or in one", true,
      Stream.of("2-4-1", "2-8-1", "4-8-2", "4-12-2", "8-12-3"),
      Map.of("several", atOnce(false), "one", atOnce(true))),

  UPDATES("vector: an update for any parameter, or loops of known lengths and updates inside the products of gradients", true,
      Stream.of("2-4-1", "16-32-1", "32-32-1", "32-48-1", "64-64-1", "8-8-8-8-1", "8-8-8-8-8-8-1", "16-16-16-16-16-16-16-1"),
      Map.of("any", few(false), "each", few(true)));

  private final String title;
  private final boolean vector;
  private final List<String> shapes;
  private final Map<String, KernelCost> ways;

  Choice(String title, boolean vector, Stream<String> shapes, Map<String, KernelCost> ways) {
    this.title = title;
    this.vector = vector;
    this.shapes = shapes.toList();
    this.ways = new LinkedHashMap<>();
    ways.keySet().stream().sorted().forEach(way -> this.ways.put(way, ways.get(way)));
  }

  String title() {
    return title;
  }

  /** Units of each layer, as {@code 2-4-1}. */
  List<String> shapes() {
    return shapes;
  }

  Map<String, KernelCost> ways() {
    return ways;
  }

  KernelSet kernels(KernelCost cost) {
    return vector ? new VectorKernels(cost) : new PlainKernels(cost);
  }

  private static KernelCost called(boolean forced) {
    return new KernelCost() {
      @Override
      boolean isWorthACall(MatrixProduct product) {
        return forced;
      }
    };
  }

  private static KernelCost products(boolean called, boolean inVectors) {
    return new KernelCost() {
      @Override
      boolean isWorthACall(MatrixProduct product) {
        return called;
      }

      @Override
      boolean isWorthVectors(SmallShape shape) {
        return inVectors;
      }
    };
  }

  private static KernelCost straight(boolean forced) {
    return new KernelCost() {
      @Override
      boolean isStraight(LoopNest nest, int lanes) {
        return forced;
      }
    };
  }

  private static KernelCost atOnce(boolean forced) {
    return new KernelCost() {
      @Override
      boolean runsAtOnce(List<Kernel> kernels) {
        return forced;
      }
    };
  }

  private static KernelCost few(boolean forced) {
    return new KernelCost() {
      @Override
      boolean areFew(List<Tensor> parameters) {
        return forced;
      }
    };
  }
}
