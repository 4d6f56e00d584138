package dev.nngen.bench.libtorch;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's layers, with parameters in the order of nngen's. Images are [samples, channels, rows, columns], sequences [samples, steps, features]. libtorch's
 * recurrent layers have a second bias for each gate: it is 0 here and no parameter.
 */
final class Layers {

  private static final double EPSILON = 1e-5;

  private Layers() {}

  static UnaryOperator<Tensor> conv1d(Parameters p, long maps, long channels, long size, long stride, long padding) {
    Tensor kernel = p.take(maps, channels, size);
    TensorOptional bias = new TensorOptional(p.take(maps));
    return x -> torch.conv1d(x, kernel, bias, new long[] {stride}, new long[] {padding}, new long[] {1}, 1);
  }

  static UnaryOperator<Tensor> conv2d(Parameters p, long maps, long channels, long size, long stride, long padding) {
    Tensor kernel = p.take(maps, channels, size, size);
    TensorOptional bias = new TensorOptional(p.take(maps));
    return x -> torch.conv2d(x, kernel, bias, two(stride), two(padding), two(1), 1);
  }

  /** A convolution whose kernel's entries are some rows and columns of the image apart; nngen has it as an index equation. */
  static UnaryOperator<Tensor> dilated(Parameters p, long maps, long channels, long rows, long columns, long dilation) {
    Tensor kernel = p.take(maps, channels, rows, columns);
    TensorOptional bias = new TensorOptional(p.take(maps));
    return x -> torch.conv2d(x, kernel, bias, two(1), two(0), two(dilation), 1);
  }

  static UnaryOperator<Tensor> depthwise2d(Parameters p, long channels, long size, long stride, long padding) {
    Tensor kernel = p.take(channels, size, size);
    TensorOptional bias = new TensorOptional(p.take(channels));
    return x -> torch.conv2d(x, kernel.unsqueeze(1), bias, two(stride), two(padding), two(1), channels);
  }

  private static long[] two(long number) {
    return new long[] {number, number};
  }

  static Tensor maxPool(Tensor x, long size, long stride) {
    return torch.max_pool2d(x, two(size), two(stride), two(0), two(1), false);
  }

  static Tensor averagePool(Tensor x, long size, long stride) {
    return torch.avg_pool2d(x, two(size), two(stride), two(0), false, true, new LongOptional());
  }

  static UnaryOperator<Tensor> dense(Parameters p, long units, long inputs) {
    Tensor weights = p.take(units, inputs);
    TensorOptional bias = new TensorOptional(p.take(units));
    return x -> torch.linear(x, weights, bias);
  }

  static UnaryOperator<Tensor> batchNorm(Parameters p, long features, double momentum) {
    TensorOptional scale = new TensorOptional(p.take(features));
    TensorOptional shift = new TensorOptional(p.take(features));
    TensorOptional mean = new TensorOptional(p.state(0, features));
    TensorOptional variance = new TensorOptional(p.state(1, features));
    return x -> torch.batch_norm(x, scale, shift, mean, variance, true, momentum, EPSILON, true);
  }

  static UnaryOperator<Tensor> layerNorm(Parameters p, long features) {
    TensorOptional scale = new TensorOptional(p.take(features));
    TensorOptional shift = new TensorOptional(p.take(features));
    return x -> torch.layer_norm(x, new long[] {features}, scale, shift, EPSILON, true);
  }

  static UnaryOperator<Tensor> rmsNorm(Parameters p, long features) {
    TensorOptional scale = new TensorOptional(p.take(features));
    return x -> torch.rms_norm(x, new long[] {features}, scale, new DoubleOptional(1e-6));
  }

  static UnaryOperator<Tensor> groupNorm(Parameters p, long channels, long groups) {
    TensorOptional scale = new TensorOptional(p.take(channels));
    TensorOptional shift = new TensorOptional(p.take(channels));
    return x -> torch.group_norm(x, groups, scale, shift, EPSILON, true);
  }

  static UnaryOperator<Tensor> rnn(Parameters p, long units, long inputs) {
    TensorVector weights = new TensorVector(p.take(units, inputs), p.take(units, units), p.take(units), p.constant(0, units));
    return x -> torch.rnn_tanh(x, p.constant(0, 1, x.size(0), units), weights, true, 1, 0, true, false, true).get0();
  }

  static UnaryOperator<Tensor> lstm(Parameters p, long units, long inputs) {
    return lstm(new TensorVector(lstmWeights(p, units, inputs)), p, 1, units);
  }

  static UnaryOperator<Tensor> bidirectionalLstm(Parameters p, long units, long inputs) {
    return lstm(new TensorVector(both(lstmWeights(p, units, inputs), lstmWeights(p, units, inputs))), p, 2, units);
  }

  private static Tensor[] lstmWeights(Parameters p, long units, long inputs) {
    return new Tensor[] {p.take(4 * units, inputs), p.take(4 * units, units), p.take(4 * units), p.constant(0, 4 * units)};
  }

  private static UnaryOperator<Tensor> lstm(TensorVector weights, Parameters p, long directions, long units) {
    return x -> {
      TensorVector start = new TensorVector(p.constant(0, directions, x.size(0), units), p.constant(0, directions, x.size(0), units));
      return torch.lstm(x, start, weights, true, 1, 0, true, directions == 2, true).get0();
    };
  }

  static UnaryOperator<Tensor> gru(Parameters p, long units, long inputs) {
    return gru(p, 1, units, gruWeights(p, units, inputs));
  }

  static UnaryOperator<Tensor> bidirectionalGru(Parameters p, long units, long inputs) {
    return gru(p, 2, units, both(gruWeights(p, units, inputs), gruWeights(p, units, inputs)));
  }

  private static Tensor[] gruWeights(Parameters p, long units, long inputs) {
    return new Tensor[] {p.take(3 * units, inputs), p.take(3 * units, units), p.take(3 * units), p.take(units)};
  }

  /** nngen has the second bias of the candidate only, which is inside the reset gate: those of the gates stay 0. */
  private static UnaryOperator<Tensor> gru(Parameters p, long directions, long units, Tensor[] weights) {
    return x -> {
      Tensor[] all = weights.clone();
      for (int k = 3; k < all.length; k += 4) {
        all[k] = torch.cat(new TensorVector(p.constant(0, 2 * units), weights[k]), 0);
      }
      return torch.gru(x, p.constant(0, directions, x.size(0), units), new TensorVector(all), true, 1, 0, true, directions == 2, true).get0();
    };
  }

  private static Tensor[] both(Tensor[] one, Tensor[] other) {
    return Stream.concat(Arrays.stream(one), Arrays.stream(other)).toArray(Tensor[]::new);
  }

  /** Queries, keys, values and outputs have matrices of their own and no biases. */
  static UnaryOperator<Tensor> attention(Parameters p, long features, long heads, boolean causal) {
    Tensor[] weights = {p.take(features, features), p.take(features, features), p.take(features, features)};
    Tensor out = p.take(features, features);
    return x -> {
      Tensor[] qkv = new Tensor[3];
      for (int k = 0; k < 3; k++) {
        qkv[k] = torch.linear(x, weights[k]).view(x.size(0), x.size(1), heads, features / heads).transpose(1, 2);
      }
      Tensor o = torch.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], new TensorOptional(), 0, causal, new DoubleOptional(), false);
      return torch.linear(o.transpose(1, 2).reshape(x.size(0), x.size(1), features), out);
    };
  }

  static UnaryOperator<Tensor> transformer(Parameters p, long features, long heads, long hidden, boolean causal) {
    UnaryOperator<Tensor> before = layerNorm(p, features);
    UnaryOperator<Tensor> mix = attention(p, features, heads, causal);
    UnaryOperator<Tensor> between = layerNorm(p, features);
    UnaryOperator<Tensor> wide = dense(p, hidden, features);
    UnaryOperator<Tensor> narrow = dense(p, features, hidden);
    return x -> {
      Tensor a = x.add(mix.apply(before.apply(x)));
      return a.add(narrow.apply(torch.gelu(wide.apply(between.apply(a)))));
    };
  }

  /** The loss of most networks: the mean over samples of the sum of z tanh(z). */
  static Tensor mean(Tensor z) {
    return z.mul(torch.tanh(z)).sum().div(new Scalar((double) z.size(0)));
  }
}
