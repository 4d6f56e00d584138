package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several outputs: {@code predict} computes all and returns the first, and each has an accessor. */
class OutputsTest {

  private static final String BODY = "input X[3]; target Y[2]; H = dense(X, 4, tanh); mu = dense(H, 2); s = softplus(dense(H, 2)); size k = 2;"
      + " total = sum(mu) / m; minimize J = mean(((mu - Y) ./ s).^2 + 2 * log(s)); train adam(rate = 0.1); output mu, s, total, H;";

  private static Program<Phase.Simplified> model(String head, String body) {
    return SampleModelTest.simplified("o.nn", "model O { " + head + body + " }").get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "samples rows; ", "precision f32; "})
  void agreeWithTheInterpreter(String head) {
    Agreement.ofAll(model(head, BODY), 3).forEach(agreement -> agreement.check(5, 1, 16));
  }

  @Test
  void predictReturnsTheFirst() {
    Trained several = new Trained(model("", BODY), new EjmlKernels(), 3);
    Trained single = new Trained(model("", BODY.replace("output mu, s, total, H;", "output mu;")), new EjmlKernels(), 3);
    Object x = several.data(1)[0];
    DMatrixRMaj first = several.instance().call("predict", x);
    assertSame(first, several.instance().call("mu"));
    assertArrayEquals(((DMatrixRMaj) single.instance().call("predict", x)).data, first.data);
    assertEquals(1, ((DMatrixRMaj) several.instance().call("total")).getNumElements());
    assertFalse(Arrays.stream(single.instance().object().getClass().getMethods()).map(Method::getName).anyMatch(List.of("mu", "s")::contains),
        "a single output has no accessor");
  }

  /** Predictors for other threads have the same outputs, in buffers of their own. */
  @Test
  void predictorsHaveThemToo() throws ReflectiveOperationException {
    Trained net = new Trained(model("", BODY), new PlainKernels(), 3);
    Object x = net.data(1)[0];
    net.instance().call("predict", x);
    Object predictor = net.instance().call("predictor");
    Method predict = Arrays.stream(predictor.getClass().getMethods()).filter(m -> m.getName().equals("predict") && m.getParameterTypes()[0] == DMatrixRMaj.class).findFirst().orElseThrow();
    predict.invoke(predictor, x);
    DMatrixRMaj own = net.instance().call("s");
    DMatrixRMaj other = (DMatrixRMaj) predictor.getClass().getMethod("s").invoke(predictor);
    assertFalse(own == other);
    assertArrayEquals(own.data, other.data);
  }

  /** An output that is a parameter, an input or a value with several names has one accessor. */
  @Test
  void anyValueOfInputsIsAnOutput() {
    Program<Phase.Simplified> model = model("", "input X[3]; param W[2, 3] = glorot; P = W * X; Q = P; output P, W, Q, X;");
    Agreement.ofAll(model, 3).forEach(agreement -> agreement.check(4, 1));
  }

  /** A model with targets only is trained and has no predictions. */
  @Test
  void withoutAnOutputThereAreGradients() {
    Trained net = new Trained(model("", "input X[3]; target Y[2]; param W[2, 3] = glorot; minimize J = mean((W * X - Y).^2); train sgd(rate = 0.1);"), new EjmlKernels(), 3);
    assertFalse(Arrays.stream(net.instance().object().getClass().getMethods()).anyMatch(method -> method.getName().equals("predict")));
    double before = net.step("step", 1);
    assertFalse(net.step("gradients", 1) >= before);
  }
}
