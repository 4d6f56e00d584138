package dev.nngen.bench.libtorch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's losses and gradients in f64 of networks made of what nngen's library defines, next to their texts for nngen: activations and losses
 * by libtorch's own functions, and networks that are no chain of layers. {@code ./run --library FILE} writes them.
 */
public final class LibraryGradients {

  private static final int BATCH = 5;
  private static final int INPUTS = 4;
  private static final int HIDDEN = 6;
  private static final int OUTPUTS = 3;
  private static final long SUM = 2;

  /** What is computed from data and parameters; the loss. */
  interface Network {
    Tensor loss(Tensor x, Tensor y, List<Tensor> parameters);
  }

  /** What is minimised of the last layer's values: for nngen, by libtorch, and targets that suit it. */
  private enum Criterion {
    SQUARED("squared(Z, Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.mse_loss(z, y, SUM);
      }
    },
    HUBER("huber(Z, Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.huber_loss(z, y, SUM, 1);
      }
    },
    ABSOLUTE("absolute(Z, Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.l1_loss(z, y, SUM);
      }
    },
    NLL("nll(logsoftmax(Z), Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.log_softmax(z, 1).mul(y).sum().neg();
      }

      @Override
      double[] targets(Random random) {
        double[] y = new double[BATCH * OUTPUTS];
        for (int sample = 0; sample < BATCH; sample++) {
          y[sample * OUTPUTS + random.nextInt(OUTPUTS)] = 1;
        }
        return y;
      }
    },
    DIVERGENCE("kldivergence(softmax(Z), Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.kl_div(torch.log_softmax(z, 1), y, SUM, false);
      }

      @Override
      double[] targets(Random random) {
        double[] y = random.doubles(BATCH * OUTPUTS, 0.1, 1).toArray();
        for (int sample = 0; sample < BATCH; sample++) {
          double sum = Arrays.stream(y, sample * OUTPUTS, (sample + 1) * OUTPUTS).sum();
          for (int k = sample * OUTPUTS; k < (sample + 1) * OUTPUTS; k++) {
            y[k] /= sum;
          }
        }
        return y;
      }
    },
    LOG("logloss(sigmoid(Z), Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.binary_cross_entropy(torch.sigmoid(z), y, new TensorOptional(), SUM);
      }

      @Override
      double[] targets(Random random) {
        return random.ints(BATCH * OUTPUTS, 0, 2).asDoubleStream().toArray();
      }
    },
    POISSON("poisson(exp(Z), Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.poisson_nll_loss(z, y, true, false, 1e-8, SUM);
      }

      @Override
      double[] targets(Random random) {
        return random.ints(BATCH * OUTPUTS, 0, 6).asDoubleStream().toArray();
      }
    },
    HINGE("hinge(Z, Y)") {
      @Override
      Tensor sum(Tensor z, Tensor y) {
        return torch.relu(z.mul(y).neg().add(new Scalar(1.0))).sum();
      }

      @Override
      double[] targets(Random random) {
        return random.ints(BATCH * OUTPUTS, 0, 2).mapToDouble(bit -> 2 * bit - 1).toArray();
      }
    };

    private final String text;

    Criterion(String text) {
      this.text = text;
    }

    abstract Tensor sum(Tensor z, Tensor y);

    double[] targets(Random random) {
      return random.doubles(BATCH * OUTPUTS, -1.5, 1.5).toArray();
    }
  }

  private final Path file;
  private int written;

  private LibraryGradients(Path file) {
    this.file = file;
  }

  public static void main(String[] arguments) throws IOException {
    torch.set_num_threads(1);
    LibraryGradients all = new LibraryGradients(Path.of(arguments[0]));
    Files.deleteIfExists(all.file);
    all.layers();
    all.others();
  }

  private void layers() throws IOException {
    layered("gelu", Criterion.SQUARED, torch::gelu);
    layered("gelutanh", Criterion.HUBER, z -> torch.gelu(z, "tanh"));
    layered("elu", Criterion.HUBER, torch::elu);
    layered("celu", Criterion.ABSOLUTE, torch::celu);
    layered("selu", Criterion.NLL, torch::selu);
    layered("silu", Criterion.DIVERGENCE, torch::silu);
    layered("mish", Criterion.LOG, torch::mish);
    layered("softplus", Criterion.POISSON, torch::softplus);
    layered("softsign", Criterion.HINGE, torch::softsign);
    layered("hardtanh", Criterion.DIVERGENCE, torch::hardtanh);
    // libtorch's own hardsigmoid has the slope 1/6 rounded to f32.
    layered("hardsigmoid", Criterion.SQUARED, z -> torch.relu6(z.add(new Scalar(3.0))).div(new Scalar(6.0)));
    layered("hardswish", Criterion.NLL, torch::hardswish);
    layered("relu6", Criterion.POISSON, torch::relu6);
    layered("leakyrelu", Criterion.LOG, torch::leaky_relu);
    layered("logsigmoid", Criterion.ABSOLUTE, torch::log_sigmoid);
    layered("erf", Criterion.HINGE, torch::erf);
  }

  private void layered(String activation, Criterion criterion, UnaryOperator<Tensor> function) throws IOException {
    String text = "samples rows; input X[4]; target Y[3]; H = dense(X, 6) |> " + activation + "; Z = dense(H, 3); minimize J = mean("
        + criterion.text + ");";
    Random random = new Random(written);
    record(text, criterion.targets(random), random, List.of(new long[] {INPUTS, HIDDEN}, new long[] {1, HIDDEN}, new long[] {HIDDEN, OUTPUTS},
        new long[] {1, OUTPUTS}), (x, y, p) -> {
          Tensor h = function.apply(torch.matmul(x, p.get(0)).add(p.get(1)));
          return mean(criterion.sum(torch.matmul(h, p.get(2)).add(p.get(3)), y));
        });
  }

  private void others() throws IOException {
    String shared = "samples rows; input X[4]; target Y[4]; param W[4, 6]; param b[6]; P = tanh(X * W + b) * W'; minimize J = mean(squared(P, Y));";
    record(shared, new Random(71).doubles(BATCH * INPUTS, -1, 1).toArray(), new Random(72), List.of(new long[] {INPUTS, HIDDEN}, new long[] {1, HIDDEN}),
        (x, y, p) -> mean(torch.mse_loss(torch.matmul(torch.tanh(torch.matmul(x, p.get(0)).add(p.get(1))), p.get(0).t()), y, SUM)));

    String attention = "samples rows; input X[4]; target Y[4]; param W[4, 4]; P = softmax(X * W * X') * X; minimize J = mean(squared(P, Y));";
    record(attention, new Random(73).doubles(BATCH * INPUTS, -1, 1).toArray(), new Random(74), List.of(new long[] {INPUTS, INPUTS}), (x, y, p) ->
        mean(torch.mse_loss(torch.matmul(torch.softmax(torch.matmul(torch.matmul(x, p.get(0)), x.t()), 1), x), y, SUM)));

    String penalty = "samples rows; input X[4]; target Y[3]; param W[4, 3]; P = tanh(X * W); G = grad(sum(P .* P), W);"
        + " minimize J = mean(squared(P, Y)) + sum(G .* G);";
    record(penalty, new Random(75).doubles(BATCH * OUTPUTS, -1, 1).toArray(), new Random(76), List.of(new long[] {INPUTS, OUTPUTS}), (x, y, p) -> {
      Tensor a = torch.tanh(torch.matmul(x, p.get(0)));
      Tensor g = torch.grad(new TensorVector(a.mul(a).sum()), new TensorVector(p.get(0)), new TensorVector(), new BoolOptional(true), true, false)
          .get(0);
      return mean(torch.mse_loss(a, y, SUM)).add(g.mul(g).sum());
    });

    String normalized = "samples rows; input X[4]; target Y[3]; H = dense(X, 6); D = H - rowsum(H) / 6; "
        + "N = D ./ sqrt(rowsum(D .* D) / 6 + 0.00001); Z = dense(N, 3); minimize J = mean(nll(logsoftmax(Z), Y));";
    record(normalized, Criterion.NLL.targets(new Random(77)), new Random(78), List.of(new long[] {INPUTS, HIDDEN}, new long[] {1, HIDDEN},
        new long[] {HIDDEN, OUTPUTS}, new long[] {1, OUTPUTS}), (x, y, p) -> {
          Tensor n = torch.layer_norm(torch.matmul(x, p.get(0)).add(p.get(1)), new long[] {HIDDEN});
          return mean(Criterion.NLL.sum(torch.matmul(n, p.get(2)).add(p.get(3)), y));
        });
  }

  /** Adds a network: lines for its text, batch, parameters, x, y, loss and gradient. */
  private void record(String text, double[] y, Random random, List<long[]> shapes, Network network) throws IOException {
    double[] x = random.doubles(BATCH * INPUTS, -2, 2).toArray();
    List<Tensor> parameters = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    for (long[] shape : shapes) {
      values.add(random.doubles(shape[0] * shape[1], -1, 1).toArray());
      parameters.add(tensor(values.get(values.size() - 1), shape).set_requires_grad(true));
    }
    Tensor loss = network.loss(tensor(x, BATCH, INPUTS), tensor(y, BATCH, y.length / BATCH), parameters);
    loss.backward();
    List<double[]> gradients = parameters.stream().map(parameter -> doubles(parameter.grad())).toList();
    String lines = "text model Library" + written++ + " { " + text + " }\nbatch " + BATCH + "\nparameters " + line(values) + "\nx "
        + line(List.of(x)) + "\ny " + line(List.of(y)) + "\nloss " + loss.item().toDouble() + "\ngradient " + line(gradients) + "\n";
    Files.writeString(file, (Files.exists(file) ? Files.readString(file) : "") + lines);
  }

  private static Tensor mean(Tensor sum) {
    return sum.div(new Scalar((double) BATCH));
  }

  private static Tensor tensor(double[] values, long... shape) {
    return torch.from_blob(new DoublePointer(values), shape, new TensorOptions(torch.ScalarType.Double)).clone();
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    tensor.contiguous().data_ptr_double().get(values);
    return values;
  }

  private static String line(List<double[]> values) {
    return values.stream().flatMapToDouble(Arrays::stream).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }
}
