package dev.nngen.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import org.junit.jupiter.api.Test;

class NnParserTest {

  private static final String CONTRACT = """
      // digits.nn
      model Digits {
        input  X[64];
        target Y[10] where colsum(Y) == 1;
        H = dense(X, 128) |> relu;
        P = dense(H, 10)  |> softmax;
        minimize J = mean(crossentropy(P, Y)) + l2(1e-4);
        train adam(rate = 1e-3);
      }

      model TwoLayer {
        input X[30];  target Y[1];
        param W1[16, 30] = glorot;   param b1[16] = 0;
        param W2[1, 16]  = glorot;   param b2[1]  = 0;
        A1 = tanh(W1 * X + b1);
        Z2 = W2 * A1 + b2;
        Yh = 1 ./ (1 + exp(-Z2));
        minimize J = -sum(Y .* log(Yh) + (1 - Y) .* log(1 - Yh)) / m;
        train momentum(rate = 0.1, beta = 0.9);
        prove grad(J, Z2) == (Yh - Y) / m;
      }

      fn    swish(z, beta = 1) = z / (1 + exp(-beta * z));             // entrywise: arguments are scalars
      loss  focal(p, y, g = 2) = -y * (1 - p)^g * log(p);              // entrywise err{a, y}
      fn logit(p) domain p in (0, 1) = log(p / (1 - p));
      loss logloss(p, y) = -y * log(p) - (1 - y) * log(1 - p) domain p in (0, 1), y in [0, inf);
      layer dense(X, units, f = identity) {                            // matrices, may own parameters
        param W[units, rows(X)] = glorot;  param b[units] = 0;
        return f(W * X + b);
      }
      layer softmax(Z) { E = exp(Z - colmax(Z)); return E ./ colsum(E); }
      init  glorot(fanIn, fanOut) = uniform(sqrt(6 / (fanIn + fanOut)));
      optimizer adam(rate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
        state mo = 0, s = 0;
        mo = beta1 * mo + (1 - beta1) * g;
        s  = beta2 * s + (1 - beta2) * g^2;
        w  = w - rate * (mo / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps);
      }
      """;

  @Test
  void readsTheLanguageOfTheContract() {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("contract.nn", CONTRACT), diagnostics);
    assertTrue(diagnostics.isEmpty(), () -> diagnostics.sorted().toString());
    assertEquals(10, file.items().size());
  }
}
