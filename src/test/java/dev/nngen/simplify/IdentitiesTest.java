package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.compiler.AdmissiblePoint;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Identities of matrices are proved; the same with one thing wrong are refuted. */
class IdentitiesTest {

  static List<String> identities() throws IOException {
    return lines("identities.txt");
  }

  static List<String> wrongIdentities() throws IOException {
    return lines("wrong-identities.txt");
  }

  private static List<String> lines(String name) throws IOException {
    try (InputStream in = IdentitiesTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
  }

  static Program<Phase.Differentiated> program(String identity) {
    String text = identity.substring(identity.indexOf(": ") + 2);
    int claim = text.lastIndexOf(';') + 1;
    return Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model I {
          input X[4];  input Y[3];  input N[4];  input U[4] where U in [0.1, 5];
          param A[3, 4];  param E[3, 4];  param B[4, 5];  param F[4, 5];  param C[5, 2];  param D[2, 3];
          param S[4, 4];  param Q[4, 4];  param W[2, 4];  param u[4];  param v[4];  param w[4];  param y[3];  param a[5];  param s = 1;  param r = 2;
          minimize L = sum(A .* E) + sum(B .* F) + sum(C) + sum(D) + sum(S .* Q) + sum(W) + sum(u .* v .* w) + sum(y) + sum(a) + s * r
              + sum(X .* N .* U) + sum(Y);
          O = A * X;  output O;
          %s
          prove %s;
        }
        """.formatted(text.substring(0, claim), text.substring(claim)))));
  }

  private static Proof decided(String identity) {
    Program<Phase.Differentiated> program = program(identity);
    return new Prover(program).decide(program.claims().get(0), seed -> point(program, seed));
  }

  private static Prover.Point point(Program<Phase.Differentiated> program, long seed) {
    Map<String, Integer> extents = Map.of("m", 3);
    return new Prover.Point(new AdmissiblePoint(program, extents, new SplittableRandom(seed)).draw().orElseThrow(), extents);
  }

  @ParameterizedTest
  @MethodSource("identities")
  void isProved(String identity) {
    assertInstanceOf(Proof.Proved.class, decided(identity));
  }

  @ParameterizedTest
  @MethodSource("wrongIdentities")
  void isRefuted(String identity) {
    assertInstanceOf(Proof.Refuted.class, decided(identity));
  }
}
