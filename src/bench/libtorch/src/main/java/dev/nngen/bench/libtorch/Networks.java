package dev.nngen.bench.libtorch;

import dev.nngen.bench.Network;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The networks as a user of libtorch writes them: images as [samples, channels, rows, columns], sequences as [samples, steps, features]. */
final class Networks {

  private static final double EPSILON = 1e-5;

  private Networks() {}

  /** What makes logits of a batch. */
  static UnaryOperator<Tensor> of(Network network, Parameters p) {
    return switch (network) {
      case LENET -> lenet(p);
      case SMALL -> small(p);
      case NORMALIZED -> normalized(p);
      case LSTM_ROWS -> lstm(p, 128, 28);
      case LSTM_LONG -> lstm(p, 256, 64);
      case ELMAN -> elman(p, 64, 64);
      case GRU -> gru(p, 64, 64);
      case GPT, GPT_TEXT -> gpt(p, 4, 4, 128, 64, network.classes());
      case GPT_LARGE -> gpt(p, 6, 6, 192, 128, network.classes());
      case WORDS -> words(p);
    };
  }

  private static UnaryOperator<Tensor> lenet(Parameters p) {
    UnaryOperator<Tensor> a = conv(p, 6, 1, 5, 2);
    UnaryOperator<Tensor> c = conv(p, 16, 6, 5, 0);
    UnaryOperator<Tensor> e = dense(p, 120, 400);
    UnaryOperator<Tensor> f = dense(p, 84, 120);
    UnaryOperator<Tensor> g = dense(p, 10, 84);
    return x -> g.apply(torch.relu(f.apply(torch.relu(e.apply(flat(pooled(c.apply(pooled(a.apply(x))))))))));
  }

  private static UnaryOperator<Tensor> small(Parameters p) {
    UnaryOperator<Tensor> a = conv(p, 32, 1, 3, 1);
    UnaryOperator<Tensor> c = conv(p, 64, 32, 3, 1);
    UnaryOperator<Tensor> e = conv(p, 128, 64, 3, 1);
    UnaryOperator<Tensor> g = dense(p, 128, 1152);
    UnaryOperator<Tensor> h = dense(p, 10, 128);
    return x -> h.apply(torch.relu(g.apply(flat(pooled(e.apply(pooled(c.apply(pooled(a.apply(x))))))))));
  }

  private static UnaryOperator<Tensor> normalized(Parameters p) {
    UnaryOperator<Tensor> a = conv(p, 32, 3, 3, 1);
    UnaryOperator<Tensor> na = batchNorm(p, 32);
    UnaryOperator<Tensor> b = conv(p, 32, 32, 3, 1);
    UnaryOperator<Tensor> nb = batchNorm(p, 32);
    UnaryOperator<Tensor> d = conv(p, 64, 32, 3, 1);
    UnaryOperator<Tensor> nd = batchNorm(p, 64);
    UnaryOperator<Tensor> e = dense(p, 10, 64);
    return x -> {
      Tensor h = pooled(nb.apply(b.apply(torch.relu(na.apply(a.apply(x))))));
      return e.apply(flat(torch.adaptive_avg_pool2d(torch.relu(nd.apply(d.apply(h))), 1, 1)));
    };
  }

  private static UnaryOperator<Tensor> conv(Parameters p, long maps, long channels, long size, long padding) {
    Tensor kernel = p.take(maps, channels, size, size);
    TensorOptional bias = new TensorOptional(p.take(maps));
    long[] one = {1, 1};
    long[] around = {padding, padding};
    return x -> torch.conv2d(x, kernel, bias, one, around, one, 1);
  }

  private static UnaryOperator<Tensor> batchNorm(Parameters p, long features) {
    TensorOptional scale = new TensorOptional(p.take(features));
    TensorOptional shift = new TensorOptional(p.take(features));
    TensorOptional mean = new TensorOptional(p.constant(0, features));
    TensorOptional variance = new TensorOptional(p.constant(1, features));
    return x -> torch.batch_norm(x, scale, shift, mean, variance, true, 0.1, EPSILON, true);
  }

  /** Of each 2 x 2 entries the largest, after relu. */
  private static Tensor pooled(Tensor x) {
    return torch.max_pool2d(torch.relu(x), 2, 2);
  }

  private static Tensor flat(Tensor x) {
    return torch.flatten(x, 1, -1);
  }

  private static UnaryOperator<Tensor> dense(Parameters p, long units, long inputs) {
    Tensor weights = p.take(units, inputs);
    TensorOptional bias = new TensorOptional(p.take(units));
    return x -> torch.linear(x, weights, bias);
  }

  private static UnaryOperator<Tensor> lstm(Parameters p, long units, long inputs) {
    TensorVector weights = new TensorVector(p.take(4 * units, inputs), p.take(4 * units, units), p.take(4 * units), p.constant(0, 4 * units).set_requires_grad(true));
    UnaryOperator<Tensor> dense = dense(p, 10, units);
    return x -> {
      TensorVector start = new TensorVector(p.constant(0, 1, x.size(0), units), p.constant(0, 1, x.size(0), units));
      return dense.apply(last(torch.lstm(x, start, weights, true, 1, 0, true, false, true).get0()));
    };
  }

  private static UnaryOperator<Tensor> elman(Parameters p, long units, long inputs) {
    TensorVector weights = new TensorVector(p.take(units, inputs), p.take(units, units), p.take(units), p.constant(0, units).set_requires_grad(true));
    UnaryOperator<Tensor> dense = dense(p, 10, units);
    return x -> dense.apply(last(torch.rnn_tanh(x, p.constant(0, 1, x.size(0), units), weights, true, 1, 0, true, false, true).get0()));
  }

  /** libtorch has a second bias for each gate; that of the candidate is the one inside the reset gate. */
  private static UnaryOperator<Tensor> gru(Parameters p, long units, long inputs) {
    TensorVector weights = new TensorVector(p.take(3 * units, inputs), p.take(3 * units, units), p.take(3 * units), p.takeLast(units, 3 * units));
    UnaryOperator<Tensor> dense = dense(p, 10, units);
    return x -> dense.apply(last(torch.gru(x, p.constant(0, 1, x.size(0), units), weights, true, 1, 0, true, false, true).get0()));
  }

  private static Tensor last(Tensor sequence) {
    return sequence.select(1, -1);
  }

  private static UnaryOperator<Tensor> gpt(Parameters p, int blocks, long heads, long units, long positions, long characters) {
    Tensor places = p.takeTransposed(units, positions);
    Tensor table = p.takeTransposed(units, characters);
    @SuppressWarnings({"unchecked", "rawtypes"})
    UnaryOperator<Tensor>[] layers = new UnaryOperator[blocks];
    for (int k = 0; k < blocks; k++) {
      layers[k] = block(p, heads, units);
    }
    UnaryOperator<Tensor> norm = layerNorm(p, units);
    Tensor head = p.take(characters, units);
    return words -> {
      Tensor h = torch.embedding(table, words).add(places);
      for (UnaryOperator<Tensor> layer : layers) {
        h = layer.apply(h);
      }
      return torch.linear(norm.apply(h), head).view(-1, characters);
    };
  }

  /** With one matrix for queries, keys and values, as nanoGPT has it. */
  private static UnaryOperator<Tensor> block(Parameters p, long heads, long units) {
    UnaryOperator<Tensor> before = layerNorm(p, units);
    Tensor mixing = p.take(3 * units, units);
    Tensor mixed = p.take(units, units);
    UnaryOperator<Tensor> between = layerNorm(p, units);
    UnaryOperator<Tensor> wide = dense(p, 4 * units, units);
    UnaryOperator<Tensor> narrow = dense(p, units, 4 * units);
    return x -> {
      long samples = x.size(0);
      long positions = x.size(1);
      TensorVector three = torch.linear(before.apply(x), mixing).split(units, 2);
      Tensor[] qkv = new Tensor[3];
      for (int k = 0; k < 3; k++) {
        qkv[k] = three.get(k).view(samples, positions, heads, units / heads).transpose(1, 2);
      }
      Tensor o = torch.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], new TensorOptional(), 0, true, new DoubleOptional(), false);
      Tensor a = x.add(torch.linear(o.transpose(1, 2).contiguous().view(samples, positions, units), mixed));
      return a.add(narrow.apply(torch.gelu(wide.apply(between.apply(a)))));
    };
  }

  private static UnaryOperator<Tensor> layerNorm(Parameters p, long units) {
    TensorOptional scale = new TensorOptional(p.take(units));
    TensorOptional shift = new TensorOptional(p.take(units));
    return x -> torch.layer_norm(x, new long[] {units}, scale, shift, EPSILON, true);
  }

  private static UnaryOperator<Tensor> words(Parameters p) {
    Tensor table = p.takeTransposed(64, 10_000);
    UnaryOperator<Tensor> dense = dense(p, 10, 64);
    return words -> dense.apply(torch.embedding(table, words).mean(1));
  }
}
