package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Signature;
import dev.nngen.train.data.Vocabulary;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Generates text with a model of characters: each next character is drawn from the network's prediction, and becomes its next input. */
final class Generator {

  private static final double SUM_TOLERANCE = 1e-3;

  private final Network network;
  private final Vocabulary vocabulary;
  private final Batch batch;
  private final int count;
  private final int window;
  /** Whether the output predicts the next character at each position of the window, not only after the last one. */
  private final boolean everywhere;
  private final double[] output;

  /**
   * A fault where the model does not predict the next character.
   *
   * @throws DataException if the model does not predict the next character
   */
  Generator(Network network, Vocabulary vocabulary) throws DataException {
    this.network = network;
    this.vocabulary = vocabulary;
    this.batch = network.batch();
    Signature.Port input = network.signature().inputs().get(0);
    this.count = input.count();
    this.window = input.size();
    this.everywhere = network.signature().targetSize() == window && window > 1;
    this.output = new double[network.outputSize()];
    int wanted = everywhere ? count * window : count;
    if (output.length != wanted) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "the model's output has " + output.length + " numbers for a sample, but --generate needs " + wanted + ": one for each of "
          + count + " characters" + (everywhere ? " at each of " + window + " places" : "")).help("such as `P = softmax(dense(H, " + count + "));`");
    }
  }

  /**
   * Generates that many characters.
   *
   * @param prompt the text before them
   * @param temperature below 1 prefers probable characters, 0 selects the most probable
   * @param seed the same seed gives the same characters
   */
  void write(String prompt, int characters, double temperature, long seed, TrainedNetwork.Lines to) throws DataException, IOException {
    int[] codes = prompt.codePoints().toArray();
    double[] context = new double[Math.max(window, codes.length)];
    int length = 0;
    for (int code : codes) {
      int number = vocabulary.number(code);
      if (number < 0) {
        throw DataException.of(ErrorCode.DATA_MISMATCH, "the prompt has " + Vocabulary.shown(code) + ", which does not occur in the text that the network was trained on");
      }
      context[length++] = number;
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] inputs = new double[window];
    for (int k = 0; k < characters; k++) {
      int next = next(context, length, inputs, temperature, random);
      to.accept(next < vocabulary.size() ? vocabulary.characters().get(next) : "\ufffd");
      if (length == context.length) {
        System.arraycopy(context, 1, context, 0, --length);
      }
      context[length++] = next;
    }
  }

  /** Draws the character after the last characters of a text. */
  private int next(double[] context, int length, double[] inputs, double temperature, SplittableRandom random) {
    int known = Math.min(window, length);
    // A model that predicts at each position reads the text from the left; one that predicts after the window needs the last character at its end.
    int offset = everywhere ? 0 : window - known;
    Arrays.fill(inputs, 0);
    System.arraycopy(context, length - known, inputs, offset, known);
    batch.fillOne(inputs);
    network.predict(batch, output, 0, output.length);
    int place = Math.max(0, known - 1);
    double[] scores = new double[vocabulary.size()];
    double sum = 0;
    boolean negative = false;
    for (int v = 0; v < count; v++) {
      double score = !everywhere ? output[v] : output[network.signature().samplesInRows() ? place * count + v : v * window + place];
      sum += score;
      negative |= score < 0;
      if (v < scores.length) {
        scores[v] = score;
      }
    }
    boolean probabilities = !negative && Math.abs(sum - 1) < SUM_TOLERANCE;
    return draw(scores, probabilities, temperature, random);
  }

  /**
   * @param probabilities whether scores are probabilities; otherwise they are logarithms up to a constant
   */
  private static int draw(double[] scores, boolean probabilities, double temperature, SplittableRandom random) {
    int best = 0;
    for (int v = 1; v < scores.length; v++) {
      best = scores[v] > scores[best] ? v : best;
    }
    if (temperature == 0) {
      return best;
    }
    double[] weights = new double[scores.length];
    double total = 0;
    for (int v = 0; v < scores.length; v++) {
      double above = probabilities ? Math.log(scores[v]) - Math.log(scores[best]) : scores[v] - scores[best];
      weights[v] = Math.exp(above / temperature);
      total += weights[v];
    }
    double left = random.nextDouble() * total;
    for (int v = 0; v < scores.length; v++) {
      left -= weights[v];
      if (left < 0) {
        return v;
      }
    }
    return best;
  }
}
