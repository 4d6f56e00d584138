package dev.nngen.train.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Rows of the training, the validation and the held-out test set. The last two may be empty. */
public record Split(int[] training, int[] validation, int[] test) {

  /**
   * Removes a random share of some rows, the same share of each class.
   *
   * @param rows the rows, which are reordered
   * @param share between 0 and 1
   * @return the remaining rows and the removed ones, each in the order of the file
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
   * Removes a share of windows at the end. Windows before them that overlap their targets are dropped.
   *
   * @return the remaining rows and the removed ones
   */
  static int[][] takeLast(SequenceWindows windows, int[] rows, double share) {
    int first = rows.length - (int) Math.round(rows.length * share);
    int kept = first;
    while (first < rows.length && kept > 0 && windows.knows(rows[kept - 1], rows[first])) {
      kept--;
    }
    return new int[][] {Arrays.copyOf(rows, kept), Arrays.copyOfRange(rows, first, rows.length)};
  }

  /** Returns the class of a sample; 0 if there are none. */
  private static int stratum(Data data, Task task, int row, double[] sample) {
    if (task.kind() != Task.Kind.CLASSES) {
      return 0;
    }
    data.sample(row, sample);
    return task.classOf(data, sample);
  }

  /** Shuffles rows; the order depends only on the seed (Fisher and Yates). */
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
