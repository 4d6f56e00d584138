package dev.nngen.schedule;

import dev.nngen.Golden;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loop programs before and after a pass. {@code mvn test -Dtest=PassGoldenTest -Dnngen.bless=true} writes them afresh.
 */
class PassGoldenTest {

  private static final LoopPass VECTORIZER = new Vectorizer(Programs.TARGET);

  /** A product of a gate and a sum, whose gradients are sums over samples and over rows. */
  private static final String STRAIGHT = "param g[2] = 1; S = colsum(g .* X); P = S .* X; minimize J = mean(squared(P, Y));";

  private static final String CONVOLUTION = "input X[8, 6, 6, m]; target Y[16, 6, 6, m]; P = relu(conv2d(X, 16, 3, padding = 1)); minimize J = mean(squared(P, Y));";
  private static final String STRIDED = "input X[8, 7, m]; target Y[16, 4, m]; A = tanh(conv1d(X, 16, 1)); P = conv1d(A, 16, 3, padding = 1, stride = 2); minimize J = mean(squared(P, Y));";
  private static final String ATTENTION = "input X[64, 32, m]; target Y[64, 32, m]; P = attention(X, 2); minimize J = mean(squared(P, Y));";
  private static final String WORDS = "input word[4] of 70; target Y[3, m]; T = embedding(word, 10); M[u] = mean[t] T[u, t]; P = dense(M, 3); minimize J = mean(squared(P, Y));";
  private static final String TRIANGLE = "samples rows; model T { input X[m, 12, 12]; target Y[m, 12, 12]; P[s, t] = where(t >= s, exp(X[s, t]), 0); minimize J = mean(squared(P, Y)); }";

  private static final String RECURRENCE = "input X[32, 9, m]; target Y[32, m]; H = rnn(X, 32); minimize J = mean(squared(last(H), Y));";

  private static final String MEMORY = "input X[32, 9, m]; target Y[32, m]; H = lstm(X, 32); minimize J = mean(squared(last(H), Y));";

  /** @param program made by {@code before}, to which the pass under test is applied */
  record Case(String name, LoopProgram program, List<LoopPass> before, LoopPass pass) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case nest(String name, String statements, LoopPass pass) {
    return new Case(name, new Programs(statements, 16).nest(), List.of(), pass);
  }

  private static Case product(String name, String statements, List<LoopPass> before, LoopPass pass) {
    return new Case(name, new Programs(statements, 16).product(), before, pass);
  }

  private static Case straight(String name, String statements, List<LoopPass> before, LoopPass pass) {
    return new Case(name, new Programs(statements, 2).straight(), before, pass);
  }

  private static Case padded(String name, String text, String kernel, LoopPass pass) {
    return new Case(name, Programs.of("model T { " + text + " }").padded(kernel), List.of(), pass);
  }

  static Stream<Case> cases() {
    return Stream.of(
        padded("strided-products-convolution", CONVOLUTION, "forwardP", new StridedProducts(StridedProducts.Calls.ANY_STRIDES)),
        padded("strided-products-phases", STRIDED, "backwardZ_A", new StridedProducts(StridedProducts.Calls.ANY_STRIDES)),
        padded("strided-products-attention", ATTENTION, "forwardP", new StridedProducts(StridedProducts.Calls.ANY_STRIDES)),
        padded("matrix-calls-convolution", CONVOLUTION, "forwardP", new StridedProducts(StridedProducts.Calls.MATRICES)),
        padded("matrix-calls-kernel", CONVOLUTION, "backwardZ_P", new StridedProducts(StridedProducts.Calls.MATRICES)),
        new Case("matrix-calls-attention", Programs.of("samples rows; model T { input X[m, 64, 32]; target Y[m, 64, 32]; P = attention(X, 2); minimize J = mean(squared(P, Y)); }").padded("forwardP"), List.of(), new StridedProducts(StridedProducts.Calls.MATRICES)),
        new Case("matrix-calls-steps", Programs.bySteps("model T { " + RECURRENCE + " }").padded("forwardH"), List.of(), new StridedProducts(StridedProducts.Calls.MATRICES)),
        nest("index-set-splitting", "P[i: 16] = where(i < 8, pad(X)[i + 8], pad(X)[i - 8]);", new IndexSetSplitting()),
        new Case("index-set-splitting-borders", new Programs("samples rows;", "P[t: 16] = pad(X)[t - 1] - 2 * X[t] + pad(X)[t + 1];", 16).nest(), List.of(), new IndexSetSplitting()),
        new Case("index-set-splitting-triangle", Programs.of(TRIANGLE).padded("forwardP"), List.of(), new IndexSetSplitting()),
        padded("loop-joining", CONVOLUTION, "forwardP", new LoopJoining()),
        padded("gather-tiling", WORDS, "forwardM", new GatherTiling()),
        padded("gather-tiling-gradient", WORDS, "backwardM", new GatherTiling()),
        new Case("innermost-sums", Programs.bySteps("model T { " + RECURRENCE + " }").padded("gradientB_H"), List.of(), new InnermostSums()),
        new Case("strided-products-steps", Programs.bySteps("model T { " + RECURRENCE + " }").padded("forwardH"), List.of(), new StridedProducts(StridedProducts.Calls.ANY_STRIDES)),
        new Case("method-outlining", Programs.bySteps("model T { " + MEMORY + " }").padded("backwardZ_H"), List.of(new StridedProducts(StridedProducts.Calls.ANY_STRIDES), new IndexSetSplitting(), new LoopJoining(), VECTORIZER, new IndexSharing()), new MethodOutlining()),
        new Case("method-outlining-short", Programs.bySteps("model T { " + RECURRENCE + " }").padded("forwardH"), List.of(new StridedProducts(StridedProducts.Calls.ANY_STRIDES), new LoopJoining(), VECTORIZER, new IndexSharing()), new MethodOutlining()),
        nest("vectorizer-entrywise", "P = tanh(X) .* X;", VECTORIZER),
        nest("vectorizer-room", "param W[16, 16]; Z = W * X; P = tanh(Z);", VECTORIZER),
        nest("vectorizer-sums", "S = rowsum(X); M = rowmax(X); P = S .* M;", VECTORIZER),
        nest("vectorizer-impossible", "P = erf(X);", VECTORIZER),
        nest("index-sharing", "param b[16]; P = tanh(X + b) .* X;", new IndexSharing()),
        product("row-tiling", "param W[16, 16]; P = W * X;", List.of(), new RowTiling()),
        product("row-tiling-rest", "param W[18, 16]; Q = W * X; P = colsum(Q);", List.of(), new RowTiling()),
        product("row-tiling-few", "param W[3, 16]; Q = W * X; P = colsum(Q);", List.of(), new RowTiling()),
        product("vectorizer-product", "P = dense(X, 16, relu);", List.of(new RowTiling()), VECTORIZER),
        new Case("vectorizer-staged", new Programs("samples rows;", "P = dense(X, 3);", 3).product(), List.of(new RowTiling()), VECTORIZER),
        straight("loop-fusion", STRAIGHT, List.of(new Unroller()), new LoopFusion()),
        straight("accumulator-promotion", STRAIGHT, List.of(new Unroller(), new LoopFusion()), new AccumulatorPromotion()),
        straight("entry-promotion", STRAIGHT, List.of(new Unroller(), new LoopFusion(), new AccumulatorPromotion()), new EntryPromotion()),
        straight("accumulator-folding", STRAIGHT, List.of(new Unroller(), new LoopFusion(), new AccumulatorPromotion(), new EntryPromotion()),
            new AccumulatorFolding()),
        product("unroller-product", "P = dense(X, 16, relu);", List.of(new RowTiling(), VECTORIZER), new Unroller()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isRewritten(Case each) throws IOException {
    LoopProgram before = each.program().run(each.before());
    Golden.check("schedule/" + each.name() + ".loop", before + "=== " + each.pass().name() + "\n" + before.run(List.of(each.pass())));
  }
}
