package dev.nngen.samples;

import dev.nngen.codegen.GeneratedClass;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** The samples that come with data: the file and the columns that the model takes. */
enum Sample {
  XOR("xor.csv", false, data -> columns(data.columns(0, 2), data.columns(2, 3))),
  IRIS("iris.csv", true, data -> columns(data.columns(0, 4), data.oneHot(3))),
  BREAST_CANCER("breast-cancer.csv", true, data -> columns(data.columns(0, 30), data.columns(30, 31))),
  DIGITS("digits.csv.gz", true, data -> columns(data.columns(0, 64), data.oneHot(10))),
  DIGITS_CONV("digits.csv.gz", false, data -> columns(data.columns(0, 64).scaled(1 / 16.0), data.oneHot(10))),
  PETAL_WIDTH("petal-width.csv", true, data -> columns(data.columns(0, 3), data.columns(3, 4))),
  TWO_INPUTS("two-inputs.csv", true, data -> columns(data.columns(0, 2), data.columns(2, 4), data.oneHot(3))),
  AUTOENCODER("digits.csv.gz", false, data -> columns(data.columns(0, 64).scaled(1 / 16.0)));

  private static final long SHUFFLE_SEED = 20;

  private final String file;
  private final boolean standardised;
  private final Function<Table, DMatrixRMaj[]> roles;
  private GeneratedClass compiled;
  private Table data;
  private DMatrixRMaj[] whole;

  Sample(String file, boolean standardised, Function<Table, DMatrixRMaj[]> roles) {
    this.file = file;
    this.standardised = standardised;
    this.roles = roles;
  }

  String folder() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Path model() {
    return Texts.SAMPLES.resolve(folder()).resolve(folder() + ".nn");
  }

  Table data() {
    if (data == null) {
      // Several samples learn from the digits' file, which is there once.
      String home = file.equals(DIGITS.file) ? DIGITS.folder() : folder();
      data = Table.read(Texts.SAMPLES.resolve(home).resolve(file)).shuffled(SHUFFLE_SEED);
    }
    return data;
  }

  DMatrixRMaj[] matrices(Table data) {
    return roles.apply(data);
  }

  private static DMatrixRMaj[] columns(Table... tables) {
    return Stream.of(tables).map(table -> CommonOps_DDRM.transpose(new DMatrixRMaj(table.rows()), null))
        .toArray(DMatrixRMaj[]::new);
  }

  /** One of several folds for testing, the others for training; features are scaled by what the training samples show. */
  Split split(int fold, int folds) {
    Table data = data();
    Table training = data.fold(fold, folds, false);
    Table test = data.fold(fold, folds, true);
    return new Split(matrices(prepared(training, training)), matrices(prepared(test, training)), inputs());
  }

  private Table prepared(Table table, Table reference) {
    // A class number in the last column stays as it is; the width to predict is scaled as the features are.
    return standardised ? table.standardised(reference, this == PETAL_WIDTH) : table;
  }

  int inputs() {
    return this == TWO_INPUTS ? 2 : 1;
  }

  /** A new instance of the class that the compiler makes of the model, which {@link SamplesTest} compares to the one beside it. */
  Net net(int maxBatch) {
    if (compiled == null) {
      int matrices = matrices(data().range(0, 1)).length;
      compiled = Calls.compile(Programs.generated(Texts.source(model())), inputs(), matrices);
    }
    return new Net(compiled, maxBatch);
  }

  /** Epochs over the training samples in batches, shuffled each time; the last batch may be shorter. */
  void train(Net net, Split split, int epochs, int batch) {
    SplittableRandom random = new SplittableRandom(7);
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] samples = shuffled(split.trainingSize(), random);
      for (int from = 0; from < samples.length; from += batch) {
        int[] chosen = Arrays.copyOfRange(samples, from, Math.min(from + batch, samples.length));
        net.step(choose(split.training(), chosen));
      }
    }
  }

  private static int[] shuffled(int length, SplittableRandom random) {
    int[] order = new int[length];
    for (int i = 0; i < length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static DMatrixRMaj[] choose(DMatrixRMaj[] data, int[] samples) {
    return Stream.of(data).map(matrix -> {
      DMatrixRMaj chosen = new DMatrixRMaj(matrix.numRows, samples.length);
      for (int r = 0; r < matrix.numRows; r++) {
        for (int c = 0; c < samples.length; c++) {
          chosen.set(r, c, matrix.get(r, samples[c]));
        }
      }
      return chosen;
    }).toArray(DMatrixRMaj[]::new);
  }

  /** Some samples in a row, scaled, repeating the data where it is short. */
  DMatrixRMaj[] batch(int number, int size) {
    Table data = data();
    int[] samples = new int[size];
    Arrays.setAll(samples, i -> (int) ((31L * number + i) % data.size()));
    if (whole == null) {
      whole = matrices(prepared(data, data));
    }
    return choose(whole, samples);
  }

  static DMatrixRMaj[] samples(DMatrixRMaj[] data, int from, int to) {
    return Stream.of(data).map(matrix -> CommonOps_DDRM.extract(matrix, 0, matrix.numRows, from, to))
        .toArray(DMatrixRMaj[]::new);
  }

  /** Returns the number of correctly classified samples: the largest entry of a column, or the side of 1/2 of a single one. */
  static int right(DMatrixRMaj prediction, DMatrixRMaj target) {
    int right = 0;
    for (int c = 0; c < target.numCols; c++) {
      right += classOf(prediction, c) == classOf(target, c) ? 1 : 0;
    }
    return right;
  }

  private static int classOf(DMatrixRMaj matrix, int column) {
    if (matrix.numRows == 1) {
      return matrix.get(0, column) > 0.5 ? 1 : 0;
    }
    int best = 0;
    for (int r = 1; r < matrix.numRows; r++) {
      best = matrix.get(r, column) > matrix.get(best, column) ? r : best;
    }
    return best;
  }
}
