package dev.nngen.bench.ejml;

import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;

/** What a careful developer writes by hand with EJML: see {@link NetF64}. */
public final class EjmlPeer implements Peer {

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return workload.network().isEmpty();
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) {
    return precision == Precision.F32 ? new NetF32(workload) : new NetF64(workload);
  }
}
