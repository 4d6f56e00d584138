package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import java.util.List;
import java.util.stream.IntStream;

/** Steps built by hand, for tests. */
final class Nests {

  static final List<Extent> SHAPE = List.of(Extent.of(4), Extent.BATCH);
  private static final List<Integer> ENTRY = List.of(0, 1);

  private Nests() {}

  /** A temporary of the shape 4 x m. */
  static Tensor matrix(int id, String name) {
    return new Tensor(id, name, Tensor.Kind.TEMPORARY, SHAPE, 1);
  }

  static Scalar.Load entry(Tensor tensor) {
    return new Scalar.Load(tensor, ENTRY);
  }

  /** {@code to = from + from + ...}, entry by entry. */
  static LoopNest sum(Tensor to, Tensor... from) {
    List<Scalar.Term> terms = IntStream.range(0, from.length).mapToObj(k -> new Scalar.Term(Rational.ONE, entry(from[k]))).toList();
    return new LoopNest(SHAPE, true, List.of(), List.of(new LoopNest.Store(to, ENTRY, new Scalar.Sum(Rational.ZERO, terms))));
  }

  /** A column of the sums over the samples. */
  static LoopNest sumOverSamples(Tensor to, Tensor from) {
    LoopNest.Reduce sum = new LoopNest.Reduce(LoopNest.Reduction.SUM, to, List.of(0), entry(from), new Scalar.Number(Rational.ONE));
    return new LoopNest(SHAPE, false, List.of(), List.of(sum));
  }
}
