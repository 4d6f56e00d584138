package dev.nngen.train.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Rows of the training, the validation and the held-out test set. The last two may be empty. */
public record Split(int[] training, int[] validation, int[] test) {

  /**
   * Takes a share of some rows away at random, of each class the same share.
   *
   * @param rows what is there; brought into another order
   * @param share between 0 and 1
   * @return the rows that remain and those taken, each in the order of the file
   */
  static int[][] take(Data data, Task task, int[] rows, double share, long seed) {
    int[] counts = new int[Math.max(1, task.classes().size())];
    double[] sample = new double[data.sampleSize()];
    for (int row : rows) {
      counts[stratum(data, task, row, sample)]++;
    }
    int[] wanted = Arrays.stream(counts).map(count -> (int) Math.round(count * share)).toArray();
    int[] taken = new int[Arrays.stream(wanted).sum()];
    shuffle(rows, seed);
    int t = 0;
    int k = 0;
    for (int row : rows) {
      if (wanted[stratum(data, task, row, sample)]-- > 0) {
        taken[t++] = row;
      } else {
        rows[k++] = row;
      }
    }
    int[] kept = Arrays.copyOf(rows, k);
    Arrays.sort(taken);
    Arrays.sort(kept);
    return new int[][] {kept, taken};
  }

  /**
   * Takes a share of windows away at the end. Before these, windows that reach into what they forecast are left out.
   *
   * @return the rows that remain and those taken
   */
  static int[][] takeLast(SequenceWindows windows, int[] rows, double share) {
    int first = rows.length - (int) Math.round(rows.length * share);
    int kept = first;
    while (first < rows.length && kept > 0 && windows.knows(rows[kept - 1], rows[first])) {
      kept--;
    }
    return new int[][] {Arrays.copyOf(rows, kept), Arrays.copyOfRange(rows, first, rows.length)};
  }

  /** Which class a sample is of; 0 where there are none. */
  private static int stratum(Data data, Task task, int row, double[] sample) {
    if (task.kind() != Task.Kind.CLASSES) {
      return 0;
    }
    data.sample(row, sample);
    return task.classOf(data, sample);
  }

  /** Brings rows into a random order that depends on nothing but the seed (Fisher and Yates). */
  public static void shuffle(int[] rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = rows.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
  }
}
