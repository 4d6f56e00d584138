package dev.nngen.bench.libtorch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's numbers in f64 for nngen's layers over tensors and sequences, by its own layers: the loss, all gradients, the losses of {@value #STEPS} training
 * steps and the running statistics after them. {@code ./run --layers FILE} writes them for a test of the compiler.
 *
 * <p>Data and parameters are drawn, so that they need not be recorded: those of the k-th input or target, counted from 0, by {@code new Random(k)},
 * doubles from -2 to 2 or whole numbers, laid out as nngen has them, samples last; the parameters of a model together by {@code new Random(1000)},
 * doubles from -1 to 1, in its order.
 */
public final class LayerGradients {

  private static final int SAMPLES = 3;
  private static final int STEPS = 20;
  private static final torch.ScalarType TYPE = torch.ScalarType.Double;

  private final StringBuilder lines = new StringBuilder();
  private int written;

  /** What a network has beside its parameters, as libtorch takes it: samples first. */
  private static final class Data {
    private final List<Tensor> tensors = new ArrayList<>();

    /** Real numbers; the shape is nngen's without samples. */
    Data numbers(long... shape) {
      int count = (int) Arrays.stream(shape).reduce(SAMPLES, Math::multiplyExact);
      return add(Parameters.tensor(new Random(tensors.size()).doubles(count, -2, 2).toArray(), TYPE, axes(shape)));
    }

    /** Whole numbers below a count. */
    Data words(int below, long... shape) {
      int count = (int) Arrays.stream(shape).reduce(SAMPLES, Math::multiplyExact);
      long[] values = new Random(tensors.size()).ints(count, 0, below).asLongStream().toArray();
      return add(torch.from_blob(new LongPointer(values), axes(shape), new TensorOptions(torch.ScalarType.Long)).clone());
    }

    private static long[] axes(long... shape) {
      return LongStream.concat(Arrays.stream(shape), LongStream.of(SAMPLES)).toArray();
    }

    private Data add(Tensor samplesLast) {
      long last = samplesLast.dim() - 1;
      tensors.add(samplesLast.permute(LongStream.concat(LongStream.of(last), LongStream.range(0, last)).toArray()).contiguous());
      return this;
    }

    Tensor get(int k) {
      return tensors.get(k);
    }
  }

  public static void main(String[] arguments) throws IOException {
    torch.set_num_threads(1);
    LayerGradients all = new LayerGradients();
    all.images();
    all.normalizations();
    all.sequences();
    all.attention();
    all.words();
    Files.writeString(Path.of(arguments[0]), all.lines);
  }

  private void images() {
    String image = "input X[2, 7, 6, m]; param S[2, 7, 6]; A = X + S; ";
    Data x = new Data().numbers(2, 7, 6);
    onImages(image + "Z = conv2d(A, 3, 3);", x, p -> Layers.conv2d(p, 3, 2, 3, 1, 0));
    onImages(image + "Z = conv2d(A, 3, 3, stride = 2, padding = 1);", x, p -> Layers.conv2d(p, 3, 2, 3, 2, 1));
    onImages(image + "Z = conv2d(A, 2, 2, stride = 3, padding = 2);", x, p -> Layers.conv2d(p, 2, 2, 2, 3, 2));
    onImages(image + "param K[3, 2, 2, 3]; param b[3]; Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * A[c, y + 2*i, x + 2*j] + b[o];", x, p -> Layers.dilated(p, 3, 2, 2, 3, 2));
    onImages(image + "Z = depthwise2d(A, 3, padding = 1);", x, p -> Layers.depthwise2d(p, 2, 3, 1, 1));
    onImages(image + "Z = depthwise2d(A, 2, stride = 2, padding = 1);", x, p -> Layers.depthwise2d(p, 2, 2, 2, 1));
    onImages(image + "Z = maxpool2d(A, 2);", x, p -> a -> Layers.maxPool(a, 2, 2));
    onImages(image + "Z = maxpool2d(A, 3, stride = 2);", x, p -> a -> Layers.maxPool(a, 3, 2));
    onImages(image + "Z = avgpool2d(A, 2);", x, p -> a -> Layers.averagePool(a, 2, 2));
    onImages(image + "Z = avgpool2d(A, 3, stride = 1);", x, p -> a -> Layers.averagePool(a, 3, 1));
    onImages(image + "Z = globalavgpool(A);", x, p -> a -> torch.adaptive_avg_pool2d(a, 1, 1).flatten(1, -1));
    network("input X[3, 8, m]; param S[3, 8]; A = X + S; Z = conv1d(A, 2, 3);" + MEAN, new Data().numbers(3, 8), p -> {
      Tensor s = p.take(3, 8);
      var conv = Layers.conv1d(p, 2, 3, 3, 1, 0);
      return data -> Layers.mean(conv.apply(data.get(0).add(s)));
    });
    network("input X[3, 8, m]; param S[3, 8]; A = X + S; Z = conv1d(A, 2, 4, stride = 3, padding = 2);" + MEAN, new Data().numbers(3, 8), p -> {
      Tensor s = p.take(3, 8);
      var conv = Layers.conv1d(p, 2, 3, 4, 3, 2);
      return data -> Layers.mean(conv.apply(data.get(0).add(s)));
    });
    network("input X[1, 8, 8, m]; input U[5, m]; target label of 4; A = conv2d(X, 4, 3, padding = 1) |> relu; B = maxpool2d(A, 2); C = conv2d(B, 3, 3, padding = 1) |> tanh;"
        + " D = avgpool2d(C, 2); E = dense(flatten(D), 5) |> relu; F = E .* U / 0.75; P = dense(F, 4) |> softmax; minimize J = mean(crossentropy(P, label));",
        new Data().numbers(1, 8, 8).numbers(5).words(4), p -> {
          var a = Layers.conv2d(p, 4, 1, 3, 1, 1);
          var c = Layers.conv2d(p, 3, 4, 3, 1, 1);
          var e = Layers.dense(p, 5, 12);
          var f = Layers.dense(p, 4, 5);
          return data -> {
            Tensor b = Layers.maxPool(torch.relu(a.apply(data.get(0))), 2, 2);
            Tensor d = Layers.averagePool(torch.tanh(c.apply(b)), 2, 2).flatten(1, -1);
            Tensor dropped = torch.relu(e.apply(d)).mul(data.get(1)).div(new Scalar(0.75));
            return torch.cross_entropy_loss(f.apply(dropped), data.get(2));
          };
        });
  }

  private void normalizations() {
    String image = "input X[4, 3, 2, m]; param S[4, 3, 2]; A = X + S; ";
    Data x = new Data().numbers(4, 3, 2);
    onImages(image + "Z = groupnorm(A, 2);", x, p -> Layers.groupNorm(p, 4, 2));
    onImages(image + "Z = batchnorm(A);", x, p -> Layers.batchNorm(p, 4, 0.1));
    onImages(image + "Z = batchnorm(A, momentum = 0.3);", x, p -> Layers.batchNorm(p, 4, 0.3));
    String sequence = "input X[4, 3, m]; param S[4, 3]; A = X + S; ";
    onSequences(sequence + "Z = layernorm(A);", 4, 3, p -> Layers.layerNorm(p, 4));
    onSequences(sequence + "Z = rmsnorm(A);", 4, 3, p -> Layers.rmsNorm(p, 4));
    network("input X[3]; target label of 3; H = linear(X, 5) |> batchnorm |> relu; P = dense(H, 3) |> softmax; minimize J = mean(crossentropy(P, label));",
        new Data().numbers(3).words(3), p -> {
          Tensor w = p.take(5, 3);
          var norm = Layers.batchNorm(p, 5, 0.1);
          var dense = Layers.dense(p, 3, 5);
          return data -> torch.cross_entropy_loss(dense.apply(torch.relu(norm.apply(torch.linear(data.get(0), w)))), data.get(1));
        });
  }

  private void sequences() {
    String sequence = "input X[3, 5, m]; param S[3, 5]; A = X + S; ";
    onSequences(sequence + "Z = rnn(A, 4);", 3, 5, p -> Layers.rnn(p, 4, 3));
    onSequences(sequence + "Z = lstm(A, 3);", 3, 5, p -> Layers.lstm(p, 3, 3));
    onSequences(sequence + "Z = gru(A, 3);", 3, 5, p -> Layers.gru(p, 3, 3));
    onSequences(sequence + "Z = bidirectional(A, 2);", 3, 5, p -> Layers.bidirectionalLstm(p, 2, 3));
    onSequences(sequence + "Z = bidirectional(A, 2, cell = gru);", 3, 5, p -> Layers.bidirectionalGru(p, 2, 3));
    onSequences(sequence + "B = lstm(A, 2); Z = rnn(B, 3);", 3, 5, p -> {
      var first = Layers.lstm(p, 2, 3);
      var second = Layers.rnn(p, 3, 2);
      return a -> second.apply(first.apply(a));
    });
    network("input X[2, 6, m]; target label of 3; H = lstm(X, 4); P = dense(last(H), 3) |> softmax; minimize J = mean(crossentropy(P, label));",
        new Data().numbers(2, 6).words(3), p -> {
          var lstm = Layers.lstm(p, 4, 2);
          var dense = Layers.dense(p, 3, 4);
          return data -> torch.cross_entropy_loss(dense.apply(lstm.apply(data.get(0).transpose(1, 2)).select(1, -1)), data.get(1));
        });
  }

  private void attention() {
    String sequence = "input X[4, 5, m]; param S[4, 5]; A = X + S; ";
    onSequences(sequence + "Z = attention(A, 2);", 4, 5, p -> Layers.attention(p, 4, 2, false));
    onSequences(sequence + "Z = causalattention(A, 2);", 4, 5, p -> Layers.attention(p, 4, 2, true));
    onSequences(sequence + "Z = attention(A, 1);", 4, 5, p -> Layers.attention(p, 4, 1, false));
    onSequences(sequence + "Z = transformer(A, heads = 2, hidden = 6);", 4, 5, p -> Layers.transformer(p, 4, 2, 6, false));
    onSequences(sequence + "Z = transformer(A, heads = 2, hidden = 6, mix = causalattention);", 4, 5, p -> Layers.transformer(p, 4, 2, 6, true));
  }

  private void words() {
    network("input word[4] of 6; E = embedding(word, 3); Z = tanh(E);" + MEAN, new Data().words(6, 4), p -> {
      Tensor table = p.takeTransposed(3, 6);
      return data -> Layers.mean(torch.tanh(torch.embedding(table, data.get(0))));
    });
    network("input X[3]; target label of 4; P = dense(X, 4) |> softmax; minimize J = mean(crossentropy(P, label));", new Data().numbers(3).words(4), p -> {
      var dense = Layers.dense(p, 4, 3);
      return data -> torch.cross_entropy_loss(dense.apply(data.get(0)), data.get(1));
    });
    network("input word[5] of 7; target next[5] of 7; param place[4, 5]; H = embedding(word, 4) + place; repeat 2 { H = transformer(H, heads = 2, hidden = 5, mix = causalattention); }"
        + " P = layernorm(H) |> linear(7) |> softmax; minimize J = mean(crossentropy(P, next)) / 5;", new Data().words(7, 5).words(7, 5), p -> {
          Tensor place = p.takeTransposed(4, 5);
          Tensor table = p.takeTransposed(4, 7);
          var first = Layers.transformer(p, 4, 2, 5, true);
          var second = Layers.transformer(p, 4, 2, 5, true);
          var norm = Layers.layerNorm(p, 4);
          Tensor head = p.take(7, 4);
          return data -> {
            Tensor h = second.apply(first.apply(torch.embedding(table, data.get(0)).add(place)));
            return torch.cross_entropy_loss(torch.linear(norm.apply(h), head).reshape(-1, 7), data.get(1).flatten());
          };
        });
  }

  private static final String MEAN = " minimize J = mean(Z .* tanh(Z));";

  /** A layer over images whose input has a parameter, so that the gradient of its input counts too. */
  private void onImages(String text, Data x, Layer layer) {
    long[] shape = x.get(0).shape();
    network(text + MEAN, x, p -> {
      Tensor s = p.take(Arrays.copyOfRange(shape, 1, shape.length));
      var made = layer.apply(p);
      return data -> Layers.mean(made.apply(data.get(0).add(s)));
    });
  }

  /** The same over sequences, which libtorch has as [samples, steps, features]. */
  private void onSequences(String text, long features, long steps, Layer layer) {
    network(text + MEAN, new Data().numbers(features, steps), p -> {
      Tensor s = p.take(features, steps);
      var made = layer.apply(p);
      return data -> Layers.mean(made.apply(data.get(0).add(s).transpose(1, 2)));
    });
  }

  /** Makes a layer from its parameters. */
  private interface Layer {
    UnaryOperator<Tensor> apply(Parameters parameters);
  }

  /** Makes a loss of data from its parameters. */
  private interface Network {
    Function<Data, Tensor> of(Parameters parameters);
  }

  /** Adds lines for a network: text, samples, loss, gradients, losses of steps, running statistics. */
  private void network(String text, Data data, Network network) {
    int count = Parameters.count(network::of);
    Parameters p = new Parameters(new Random(1000).doubles(count, -1, 1).toArray(), TYPE);
    var loss = network.of(p);
    boolean adam = written % 2 == 0;
    Optimizer optimizer = optimizer(adam, p.all());
    lines.append("model Layer").append(written++).append(" { ").append(text).append(adam ? " train adam(rate = 0.01);" : " train heavyball(rate = 0.02, beta = 0.8);").append(" }\n");
    lines.append("samples ").append(SAMPLES).append('\n');
    Tensor first = loss.apply(data);
    first.backward();
    lines.append("loss ").append(first.item().toDouble()).append("\ngradient ").append(line(p.gradients())).append('\n');
    p.resetStates();
    double[] losses = new double[STEPS];
    for (int step = 0; step < STEPS; step++) {
      optimizer.zero_grad();
      Tensor value = loss.apply(data);
      value.backward();
      optimizer.step();
      losses[step] = value.item().toDouble();
    }
    lines.append("losses ").append(line(losses)).append("\nstate ").append(line(p.states())).append('\n');
  }

  private static Optimizer optimizer(boolean adam, TensorVector parameters) {
    if (adam) {
      return new Adam(parameters, new AdamOptions(0.01));
    }
    SGDOptions options = new SGDOptions(0.02);
    options.momentum().put(0.8);
    return new SGD(parameters, options);
  }

  private static String line(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }
}
