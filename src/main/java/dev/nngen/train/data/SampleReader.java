package dev.nngen.train.data;

import java.nio.file.Path;

/** Reads consecutive files into samples for a model. */
public interface SampleReader {

  /** Reads one more file; how many samples it has. */
  int read(Path path) throws Fault;

  /** All that was read. */
  Data finish() throws Fault;

  /**
   * The reader for a kind of data.
   *
   * @param wantsTargets false for data to predict from, in which targets are not looked for
   */
  static SampleReader of(Signature signature, DataOptions options, boolean wantsTargets) throws Fault {
    return options.sequence().text() ? new TextReader(signature, options, wantsTargets)
        : options.sequence().isSeries() ? new SeriesReader(signature, options, wantsTargets) : new DataReader(signature, options, wantsTargets);
  }
}
