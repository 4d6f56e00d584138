package dev.nngen.bench.generated;

import dev.nngen.bench.Data;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The classes that nngen generates with one set of kernels. The models have a sample in each row, which is how the data lies, so
 * that there is nothing to convert.
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
    Data data = Data.of(workload);
    String name = className(workload, precision);
    return precision == Precision.F32 ? single(name, workload, data) : twofold(name, workload, data);
  }

  private static Prepared single(String name, Workload workload, Data data) throws ReflectiveOperationException {
    GeneratedNet<FMatrixRMaj> net = new GeneratedNet<>(name, FMatrixRMaj.class, workload);
    net.setParameters(Data.narrow(net.inOwnOrder(data.parameters())));
    return net.with(
        FMatrixRMaj.wrap(workload.batch(), workload.inputs(), Data.narrow(data.x())),
        FMatrixRMaj.wrap(workload.batch(), workload.outputs(), Data.narrow(data.y())),
        FMatrixRMaj.wrap(1, workload.inputs(), Data.narrow(data.firstSample(workload))));
  }

  private static Prepared twofold(String name, Workload workload, Data data) throws ReflectiveOperationException {
    GeneratedNet<DMatrixRMaj> net = new GeneratedNet<>(name, DMatrixRMaj.class, workload);
    net.setParameters(net.inOwnOrder(data.parameters()));
    return net.with(
        DMatrixRMaj.wrap(workload.batch(), workload.inputs(), data.x()),
        DMatrixRMaj.wrap(workload.batch(), workload.outputs(), data.y()),
        DMatrixRMaj.wrap(1, workload.inputs(), data.firstSample(workload)));
  }
}
