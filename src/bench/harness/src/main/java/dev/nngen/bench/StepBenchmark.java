package dev.nngen.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One peer under JMH, for its profilers ({@code -prof gc}: allocation; {@code -prof perfasm}) and for the effect of one change of the compiler.
 * {@link Bench} compares peers, which take turns in each round.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StepBenchmark {

  @Param("nngen-ejml")
  private String peer;

  @Param({"W1", "W2", "W3", "W4", "W5", "W5Adam"})
  private Workload workload;

  @Param({"F32", "F64"})
  private Precision precision;

  private Prepared prepared;

  /** Builds the network. */
  @Setup
  public void prepare() throws Exception {
    prepared = Worker.peer(peer).prepare(workload, precision);
  }

  /** One training step. */
  @Benchmark
  public void step() throws Exception {
    prepared.step();
  }

  /** The prediction of one sample. */
  @Benchmark
  public void predict() throws Exception {
    prepared.predict();
  }
}
