package dev.nngen.bench.generated;

import dev.nngen.bench.Network;
import dev.nngen.bench.NetworkData;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A network's data with a sample in each column, and its parameters in the layout of its class. */
record NetworkInputs(Workload workload, Precision precision) {

  Prepared prepare(String className) throws ReflectiveOperationException {
    NetworkData data = NetworkData.of(workload);
    GeneratedNet net = new GeneratedNet(className, workload);
    net.setParameters(Matrices.numbers(precision, data.parameters()));
    return net.with(inputs(data, workload.batch()), columns(data.labels(), workload.batch()), inputs(data, 1), UnaryOperator.identity());
  }

  /** The first samples. */
  private Object inputs(NetworkData data, int samples) {
    Network network = workload.network().orElseThrow();
    int size = network.inputs();
    if (network.vocabulary() > 0) {
      return columns(Arrays.copyOf(data.words(), samples * size), samples);
    }
    double[] columns = NetworkData.permuted(Arrays.copyOf(data.x(), samples * size), new int[] {samples, size}, 1, 0);
    return Matrices.matrix(precision, size, samples, columns);
  }

  /** Whole numbers of each sample, the first ones of all samples before the second ones. */
  static int[] columns(int[] bySample, int samples) {
    int each = bySample.length / samples;
    return IntStream.range(0, bySample.length).map(k -> bySample[k % samples * each + k / samples]).toArray();
  }
}
