package dev.nngen.bench.tensorflow;

import dev.nngen.bench.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The networks as a user of TensorFlow for Java writes them, for a number of samples: images as [samples, rows, columns, channels], sequences as [steps, samples, features].
 * Recurrences are unrolled, as loops have no gradient there; inputs are multiplied for all steps at once.
 */
record Networks(Ops tf, Parameters p, int samples) {

  private static final float EPSILON = 1e-5f;

  /** A layer or a network. */
  private interface Layer extends UnaryOperator<Operand<TFloat32>> {}

  /** Logits of real numbers. */
  Operand<TFloat32> ofNumbers(Network network, Operand<TFloat32> x) {
    return switch (network) {
      case LENET -> lenet(x);
      case SMALL -> small(x);
      case NORMALIZED -> normalized(x);
      case LSTM_ROWS -> lstm(x, 28, 128, 28);
      case LSTM_LONG -> lstm(x, 64, 256, 64);
      case ELMAN -> elman(x, 16, 64, 64);
      case GRU -> gru(x, 16, 64, 64);
      case GPT, GPT_TEXT, GPT_LARGE, WORDS -> throw new IllegalArgumentException(network + " reads words");
    };
  }

  /** Logits of words. */
  Operand<TFloat32> ofWords(Network network, Operand<TInt32> words) {
    return switch (network) {
      case GPT, GPT_TEXT -> gpt(words, 4, 4, 128, 64, network.classes());
      case GPT_LARGE -> gpt(words, 6, 6, 192, 128, network.classes());
      case WORDS -> {
        Operand<TFloat32> table = p.takeTransposed(64, 10_000);
        yield dense(10, 64).apply(tf.math.mean(tf.gather(table, words, tf.constant(0)), tf.constant(1)));
      }
      default -> throw new IllegalArgumentException(network + " reads numbers");
    };
  }

  private Operand<TFloat32> lenet(Operand<TFloat32> x) {
    Operand<TFloat32> a = pooled(conv(6, 1, 5, "SAME").apply(x));
    Operand<TFloat32> c = pooled(conv(16, 6, 5, "VALID").apply(a));
    Operand<TFloat32> e = tf.nn.relu(flatDense(120, 16, 5).apply(c));
    Operand<TFloat32> f = tf.nn.relu(dense(84, 120).apply(e));
    return dense(10, 84).apply(f);
  }

  private Operand<TFloat32> small(Operand<TFloat32> x) {
    Operand<TFloat32> a = pooled(conv(32, 1, 3, "SAME").apply(x));
    Operand<TFloat32> c = pooled(conv(64, 32, 3, "SAME").apply(a));
    Operand<TFloat32> e = pooled(conv(128, 64, 3, "SAME").apply(c));
    Operand<TFloat32> g = tf.nn.relu(flatDense(128, 128, 3).apply(e));
    return dense(10, 128).apply(g);
  }

  private Operand<TFloat32> normalized(Operand<TFloat32> x) {
    Operand<TFloat32> a = tf.nn.relu(batchNorm(conv(32, 3, 3, "SAME").apply(x), 32));
    Operand<TFloat32> b = pooled(batchNorm(conv(32, 32, 3, "SAME").apply(a), 32));
    Operand<TFloat32> d = tf.nn.relu(batchNorm(conv(64, 32, 3, "SAME").apply(b), 64));
    return dense(10, 64).apply(tf.math.mean(d, tf.constant(new int[] {1, 2})));
  }

  private Layer conv(int maps, int channels, int size, String padding) {
    Operand<TFloat32> kernel = p.take(new int[] {maps, channels, size, size}, new int[] {2, 3, 1, 0});
    Operand<TFloat32> bias = p.take(maps);
    return x -> tf.nn.biasAdd(tf.nn.conv2d(x, kernel, List.of(1L, 1L, 1L, 1L), padding), bias);
  }

  private Operand<TFloat32> pooled(Operand<TFloat32> x) {
    Operand<TInt32> two = tf.constant(new int[] {1, 2, 2, 1});
    return tf.nn.maxPool(tf.nn.relu(x), two, two, "VALID");
  }

  private Operand<TFloat32> batchNorm(Operand<TFloat32> x, int features) {
    Operand<TFloat32> none = tf.constant(new float[0]);
    return tf.nn.fusedBatchNorm(x, p.take(features), p.take(features), none, none, FusedBatchNorm.epsilon(EPSILON), FusedBatchNorm.isTraining(true)).y();
  }

  private Layer dense(int units, int inputs) {
    Variable<TFloat32> weights = p.takeTransposed(units, inputs);
    Variable<TFloat32> bias = p.take(units);
    return x -> tf.nn.biasAdd(tf.linalg.matMul(x, weights), bias);
  }

  /** A dense layer on maps, which TensorFlow has behind rows and columns. */
  private Layer flatDense(int units, int maps, int size) {
    long inputs = (long) maps * size * size;
    Variable<TFloat32> weights = p.take(new int[] {units, maps, size, size}, new int[] {2, 3, 1, 0}, inputs, units);
    Variable<TFloat32> bias = p.take(units);
    return x -> tf.nn.biasAdd(tf.linalg.matMul(tf.reshape(x, tf.constant(new int[] {samples, (int) inputs})), weights), bias);
  }

  /** What each step's inputs bring to all gates, one value for each step. */
  private List<Operand<TFloat32>> brought(Operand<TFloat32> x, int steps, int gates, int inputs, Variable<TFloat32> weights, Variable<TFloat32> bias) {
    Operand<TFloat32> rows = tf.reshape(x, tf.constant(new int[] {steps * samples, inputs}));
    Operand<TFloat32> all = tf.nn.biasAdd(tf.linalg.matMul(rows, weights), bias);
    List<Operand<TFloat32>> each = new ArrayList<>();
    tf.unstack(tf.reshape(all, tf.constant(new int[] {steps, samples, gates})), (long) steps).forEach(each::add);
    return each;
  }

  private List<Operand<TFloat32>> parts(Operand<TFloat32> x, int axis, long count) {
    List<Operand<TFloat32>> parts = new ArrayList<>();
    tf.split(tf.constant(axis), x, count).forEach(parts::add);
    return parts;
  }

  private Operand<TFloat32> zeros(int units) {
    return tf.constantOf(Parameters.tensor(new double[samples * units], samples, units));
  }

  private Operand<TFloat32> lstm(Operand<TFloat32> x, int steps, int units, int inputs) {
    Variable<TFloat32> fromInputs = p.takeTransposed(4 * units, inputs);
    Variable<TFloat32> fromBefore = p.takeTransposed(4 * units, units);
    Variable<TFloat32> bias = p.take(4 * units);
    Operand<TFloat32> h = zeros(units);
    Operand<TFloat32> c = zeros(units);
    for (Operand<TFloat32> z : brought(x, steps, 4 * units, inputs, fromInputs, bias)) {
      List<Operand<TFloat32>> gates = parts(tf.math.add(z, tf.linalg.matMul(h, fromBefore)), 1, 4);
      c = tf.math.add(tf.math.mul(tf.math.sigmoid(gates.get(1)), c), tf.math.mul(tf.math.sigmoid(gates.get(0)), tf.math.tanh(gates.get(2))));
      h = tf.math.mul(tf.math.sigmoid(gates.get(3)), tf.math.tanh(c));
    }
    return dense(10, units).apply(h);
  }

  private Operand<TFloat32> elman(Operand<TFloat32> x, int steps, int units, int inputs) {
    Variable<TFloat32> fromInputs = p.takeTransposed(units, inputs);
    Variable<TFloat32> fromBefore = p.takeTransposed(units, units);
    Variable<TFloat32> bias = p.take(units);
    Operand<TFloat32> h = zeros(units);
    for (Operand<TFloat32> z : brought(x, steps, units, inputs, fromInputs, bias)) {
      h = tf.math.tanh(tf.math.add(z, tf.linalg.matMul(h, fromBefore)));
    }
    return dense(10, units).apply(h);
  }

  private Operand<TFloat32> gru(Operand<TFloat32> x, int steps, int units, int inputs) {
    Variable<TFloat32> fromInputs = p.takeTransposed(3 * units, inputs);
    Variable<TFloat32> fromBefore = p.takeTransposed(3 * units, units);
    Variable<TFloat32> bias = p.take(3 * units);
    Variable<TFloat32> inside = p.take(units);
    Operand<TFloat32> h = zeros(units);
    for (Operand<TFloat32> z : brought(x, steps, 3 * units, inputs, fromInputs, bias)) {
      List<Operand<TFloat32>> a = parts(z, 1, 3);
      List<Operand<TFloat32>> b = parts(tf.linalg.matMul(h, fromBefore), 1, 3);
      Operand<TFloat32> r = tf.math.sigmoid(tf.math.add(a.get(0), b.get(0)));
      Operand<TFloat32> u = tf.math.sigmoid(tf.math.add(a.get(1), b.get(1)));
      Operand<TFloat32> n = tf.math.tanh(tf.math.add(a.get(2), tf.math.mul(r, tf.nn.biasAdd(b.get(2), inside))));
      h = tf.math.add(n, tf.math.mul(u, tf.math.sub(h, n)));
    }
    return dense(10, units).apply(h);
  }

  private Operand<TFloat32> gpt(Operand<TInt32> words, int blocks, int heads, int units, int positions, int characters) {
    Operand<TFloat32> places = p.takeTransposed(units, positions);
    Operand<TFloat32> table = p.takeTransposed(units, characters);
    Operand<TFloat32> embedded = tf.math.add(tf.gather(table, words, tf.constant(0)), places);
    Operand<TFloat32> h = tf.reshape(embedded, tf.constant(new int[] {samples * positions, units}));
    for (int k = 0; k < blocks; k++) {
      h = block(h, heads, units, positions);
    }
    Operand<TFloat32> normal = layerNorm(h, units);
    return tf.linalg.matMul(normal, p.takeTransposed(characters, units));
  }

  private Operand<TFloat32> block(Operand<TFloat32> x, int heads, int units, int positions) {
    Operand<TFloat32> before = layerNorm(x, units);
    Operand<TFloat32> a = tf.math.add(x, attention(before, heads, units, positions));
    Operand<TFloat32> between = layerNorm(a, units);
    Operand<TFloat32> wide = gelu(dense(4 * units, units).apply(between));
    return tf.math.add(a, dense(units, 4 * units).apply(wide));
  }

  private Operand<TFloat32> layerNorm(Operand<TFloat32> x, int units) {
    Operand<TFloat32> mean = tf.math.mean(x, tf.constant(1), Mean.keepDims(true));
    Operand<TFloat32> distance = tf.math.sub(x, mean);
    Operand<TFloat32> variance = tf.math.mean(tf.math.mul(distance, distance), tf.constant(1), Mean.keepDims(true));
    Operand<TFloat32> normal = tf.math.mul(distance, tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON))));
    return tf.math.add(tf.math.mul(normal, p.take(units)), p.take(units));
  }

  private Operand<TFloat32> gelu(Operand<TFloat32> x) {
    Operand<TFloat32> share = tf.math.add(tf.constant(1f), tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5)))));
    return tf.math.mul(tf.math.mul(x, tf.constant(0.5f)), share);
  }

  /** With one matrix for queries, keys and values. */
  private Operand<TFloat32> attention(Operand<TFloat32> x, int heads, int units, int positions) {
    Variable<TFloat32> mixing = p.takeTransposed(3 * units, units);
    List<Operand<TFloat32>> qkv = parts(tf.linalg.matMul(x, mixing), 1, 3).stream().map(part -> byHead(part, heads, units, positions)).toList();
    Operand<TFloat32> scores = tf.math.mul(tf.train.batchMatMul(qkv.get(0), qkv.get(1), TFloat32.class, BatchMatMul.adjY(true)),
        tf.constant((float) (1 / Math.sqrt((double) units / heads))));
    Operand<TFloat32> weights = tf.nn.softmax(tf.math.add(scores, mask(positions)));
    Operand<TFloat32> mixed = tf.train.batchMatMul(weights, qkv.get(2), TFloat32.class);
    Operand<TFloat32> rows = tf.reshape(tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3})), tf.constant(new int[] {samples * positions, units}));
    return tf.linalg.matMul(rows, p.takeTransposed(units, units));
  }

  private Operand<TFloat32> byHead(Operand<TFloat32> x, int heads, int units, int positions) {
    return tf.linalg.transpose(tf.reshape(x, tf.constant(new int[] {samples, positions, heads, units / heads})), tf.constant(new int[] {0, 2, 1, 3}));
  }

  private Operand<TFloat32> mask(int positions) {
    double[] mask = new double[positions * positions];
    for (int k = 0; k < mask.length; k++) {
      mask[k] = k % positions <= k / positions ? 0 : -1e9;
    }
    return tf.constantOf(Parameters.tensor(mask, positions, positions));
  }
}
