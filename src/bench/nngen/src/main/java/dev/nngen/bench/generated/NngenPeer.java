package dev.nngen.bench.generated;

import dev.nngen.bench.Data;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import java.util.Arrays;

/**
 * The classes that nngen generates with one set of kernels. Models of chains have samples in rows, as the data is stored; other networks
 * have samples in columns, and get their data transposed.
 */
abstract class NngenPeer implements Peer {

  private final String kernels;

  NngenPeer(String kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return "nngen-" + kernels;
  }

  /** Whether the compiler that generated the classes had this set. */
  @Override
  public boolean supports(Workload workload, Precision precision) {
    try {
      Class.forName(className(workload, precision));
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  private String className(Workload workload, Precision precision) {
    return "dev.nngen.bench." + kernels + "." + precision.label() + "." + workload;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) throws ReflectiveOperationException {
    String name = className(workload, precision);
    return workload.network().isPresent() ? new NetworkInputs(workload, precision).prepare(name) : chain(name, workload, precision);
  }

  private static Prepared chain(String name, Workload workload, Precision precision) throws ReflectiveOperationException {
    Data data = Data.of(workload);
    GeneratedNet net = new GeneratedNet(name, workload);
    net.setParameters(Matrices.numbers(precision, reordered(workload, data.parameters(), true)));
    return net.with(Matrices.matrix(precision, workload.batch(), workload.inputs(), data.x()),
        Matrices.matrix(precision, workload.batch(), workload.outputs(), data.y()),
        Matrices.matrix(precision, 1, workload.inputs(), data.firstSample(workload)), gradient -> reordered(workload, gradient, false));
  }

  /** Between the order of {@link Data} and that of a class of rows, which holds each weight matrix as inputs x units. */
  private static double[] reordered(Workload workload, double[] from, boolean toOwn) {
    double[] to = from.clone();
    int at = 0;
    for (int k = 1; k <= workload.layers(); k++) {
      int in = workload.size(k - 1);
      int out = workload.size(k);
      double[] weights = Arrays.copyOfRange(from, at, at + in * out);
      double[] transposed = toOwn ? Data.transposed(weights, out, in) : Data.transposed(weights, in, out);
      System.arraycopy(transposed, 0, to, at, in * out);
      at += (in + 1) * out;
    }
    return to;
  }
}
