package dev.nngen.train.data;

import java.nio.file.Path;

/** Reads consecutive files into samples for a model. */
public interface SampleReader {

  /** Reads one more file; returns its number of samples. */
  int read(Path path) throws DataException;

  /** Returns all samples. */
  Data finish() throws DataException;

  /**
   * Returns the reader for a kind of data.
   *
   * @param wantsTargets false for data to predict from, which has no targets
   */
  static SampleReader of(Signature signature, DataOptions options, boolean wantsTargets) throws DataException {
    return options.sequence().text() ? new TextReader(signature, options, wantsTargets)
        : options.sequence().isSeries() ? new SeriesReader(signature, options, wantsTargets) : new DataReader(signature, options, wantsTargets);
  }
}
