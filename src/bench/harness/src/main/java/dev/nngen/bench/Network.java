package dev.nngen.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Networks over images, sequences and words, with the shapes of their data and parameters. Each peer builds them as a user of the library would. All end
 * with softmax and the cross-entropy of class labels, averaged over samples and positions.
 */
public enum Network {
  /** LeNet-5 (LeCun et al. 1998) with relu and the largest of each window: 6 and 16 maps of 5 x 5, 120, 84. */
  LENET(new int[] {1, 28, 28}, 0, 1, 10, 117_600, 298_920, parameters(conv(6, 1, 5), conv(16, 6, 5), dense(120, 400), dense(84, 120), dense(10, 84))),

  /** The usual small net for images: 32, 64 and 128 maps of 3 x 3, each followed by pooling, and 128 units. */
  SMALL(new int[] {1, 28, 28}, 0, 1, 10, 225_792, 7_374_080,
      parameters(conv(32, 1, 3), conv(64, 32, 3), conv(128, 64, 3), dense(128, 1152), dense(10, 128))),

  /** Convolutions of 32, 32 and 64 maps with batch normalization on images of three colors. */
  NORMALIZED(new int[] {3, 32, 32}, 0, 1, 10, 884_736, 14_156_416,
      parameters(conv(32, 3, 3), norm(32), conv(32, 32, 3), norm(32), conv(64, 32, 3), norm(64), dense(10, 64))),

  /** An LSTM with 128 units over the rows of an image. */
  LSTM_ROWS(new int[] {28, 28}, 0, 1, 10, 401_408, 1_836_288, parameters(recurrent(4, 128, 28), dense(10, 128))),

  /** An LSTM with 256 units over 64 steps of 64 numbers. */
  LSTM_LONG(new int[] {64, 64}, 0, 1, 10, 4_194_304, 16_779_776, parameters(recurrent(4, 256, 64), dense(10, 256))),

  /** Elman's network, 64 units over 16 steps of 64 numbers. */
  ELMAN(new int[] {64, 16}, 0, 1, 10, 65_536, 66_176, parameters(recurrent(1, 64, 64), dense(10, 64))),

  /** Gated recurrent units, with a bias inside the reset gate: 64 units over 16 steps of 64 numbers. */
  GRU(new int[] {64, 16}, 0, 1, 10, 196_608, 197_248, parameters(recurrent(3, 64, 64), List.of(new int[] {64}), dense(10, 64))),

  /** A small GPT: 4 blocks, 4 heads, 128 units. */
  GPT(new int[] {64}, 65, 64, 65, 0, 55_058_432, gpt(4, 128, 64, 65)),

  /** The small GPT for a text of 73 characters. */
  GPT_TEXT(new int[] {64}, 73, 64, 73, 0, 55_123_968, gpt(4, 128, 64, 73)),

  /** A GPT with 6 blocks, 6 heads, 192 units. */
  GPT_LARGE(new int[] {128}, 65, 128, 65, 0, 379_084_800, gpt(6, 192, 128, 65)),

  /** The mean of 32 words' vectors of 64 numbers, and a layer that predicts the class of the text. */
  WORDS(new int[] {32}, 10_000, 1, 10, 0, 640, parameters(List.of(new int[] {64, 10_000}), dense(10, 64)));

  private final int[] sample;
  private final int vocabulary;
  private final int labels;
  private final int classes;
  private final double firstProducts;
  private final double otherProducts;
  private final List<int[]> parameters;

  /**
   * @param sample the axes of a sample: channels, height, width, or features and steps, or positions of words
   * @param vocabulary how many words there are; 0 where a sample consists of real numbers
   * @param labels how many labels a sample has
   * @param firstProducts multiplications and additions in a sample's forward pass of the layer that reads the data, which has no gradient
   * @param otherProducts those of all other layers
   * @param parameters the shapes of parameters in the order of nngen's models, as the language has them; kernels are [maps, channels, rows, columns],
   *     weights [units, inputs], gates of an LSTM stacked i, f, g, o, those of gated units r, z, n, tables [units, words]
   */
  Network(int[] sample, int vocabulary, int labels, int classes, double firstProducts, double otherProducts, List<int[]> parameters) {
    this.sample = sample;
    this.vocabulary = vocabulary;
    this.labels = labels;
    this.classes = classes;
    this.firstProducts = firstProducts;
    this.otherProducts = otherProducts;
    this.parameters = parameters;
  }

  @SafeVarargs
  private static List<int[]> parameters(List<int[]>... layers) {
    List<int[]> all = new ArrayList<>();
    List.of(layers).forEach(all::addAll);
    return all;
  }

  private static List<int[]> conv(int maps, int channels, int size) {
    return List.of(new int[] {maps, channels, size, size}, new int[] {maps});
  }

  private static List<int[]> dense(int units, int inputs) {
    return List.of(new int[] {units, inputs}, new int[] {units});
  }

  private static List<int[]> recurrent(int gates, int units, int inputs) {
    return List.of(new int[] {gates * units, inputs}, new int[] {gates * units, units}, new int[] {gates * units});
  }

  /** A scale around 1, which is written as two axes so that it is not drawn around 0, and a shift. */
  private static List<int[]> norm(int features) {
    return List.of(new int[] {features, SCALE}, new int[] {features});
  }

  /** Places, words, blocks, a normalization, and a layer without bias. */
  private static List<int[]> gpt(int blocks, int units, int positions, int characters) {
    int[] square = {units, units};
    List<int[]> block = parameters(norm(units), List.of(square, square, square, square), norm(units), dense(4 * units, units), dense(units, 4 * units));
    return parameters(List.of(new int[] {units, positions}, new int[] {units, characters}), Collections.nCopies(blocks, block).stream().flatMap(List::stream).toList(),
        norm(units), List.of(new int[] {characters, units}));
  }

  /** The second axis of a scale. */
  static final int SCALE = 1;

  public int[] sample() {
    return sample.clone();
  }

  /** Returns the number of numbers or words of a sample. */
  public int inputs() {
    return IntStream.of(sample).reduce(1, Math::multiplyExact);
  }

  /** Returns the number of different words; 0 if a sample consists of real numbers. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Returns the number of labels of a sample. */
  public int labels() {
    return labels;
  }

  public int classes() {
    return classes;
  }

  List<int[]> parameters() {
    return parameters;
  }

  int parameterCount() {
    return parameters.stream().mapToInt(Network::entries).sum();
  }

  static int entries(int[] shape) {
    return IntStream.of(shape).reduce(1, Math::multiplyExact);
  }

  /** The least arithmetic of a step for each sample; two operations for a multiplication and addition. */
  double operations() {
    return 2 * (3 * (firstProducts + otherProducts) - firstProducts);
  }
}
