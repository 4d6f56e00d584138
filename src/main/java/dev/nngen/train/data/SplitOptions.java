package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sources of samples for training, validation and testing. A share is taken from the training files.
 *
 * @param training files
 * @param validation files; empty to use a share
 * @param test files; empty to use a share
 */
public record SplitOptions(List<Path> training, List<Path> validation, double validationShare, List<Path> test, double testShare,
    long seed) {

  public SplitOptions {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }

  /** Reads all files and splits their samples. The test share is drawn first, so that it does not depend on the validation share. */
  public Prepared prepare(Signature signature, DataOptions options, ScalingChoice scaling) throws DataException {
    SampleReader reader = SampleReader.of(signature, options, true);
    int trained = readAll(reader, training);
    int validated = readAll(reader, validation);
    int tested = readAll(reader, test);
    Data data = reader.finish();
    Task task = Task.of(data);
    int[] rest = IntStream.range(0, trained).toArray();
    int[] validationRows = IntStream.range(trained, trained + validated).toArray();
    int[] testRows = IntStream.range(trained + validated, trained + validated + tested).toArray();
    if (testRows.length == 0 && testShare > 0) {
      int[][] parts = take(data, task, rest, testShare, seed);
      rest = parts[0];
      testRows = parts[1];
    }
    if (validationRows.length == 0 && validationShare > 0) {
      int[][] parts = take(data, task, rest, validationShare, seed + 1);
      rest = parts[0];
      validationRows = parts[1];
    }
    if (rest.length == 0) {
      throw DataException.of(ErrorCode.TOO_FEW_SAMPLES, "no samples are left for training: there " + (data.size() == 1 ? "is " : "are ") + data.size() + " in all");
    }
    FeatureStatistics statistics = FeatureStatistics.of(data, rest);
    return new Prepared(data, task, new Split(rest, validationRows, testRows), scaling.fit(data, rest, statistics), statistics);
  }

  /** Removes a share: at random, or for sequences at their end. */
  private static int[][] take(Data data, Task task, int[] rows, double share, long seed) {
    return data.windows().map(windows -> Split.takeLast(windows, rows, share)).orElseGet(() -> Split.take(data, task, rows, share, seed));
  }

  private static int readAll(SampleReader reader, List<Path> files) throws DataException {
    int samples = 0;
    for (Path file : files) {
      samples += reader.read(file);
    }
    return samples;
  }
}
