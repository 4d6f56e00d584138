package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.train.data.Signature.Port;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads texts in UTF-8 for a model of characters. A sample is a window of characters; its target is the window shifted by one character, or the
 * character after the window. The numbers of characters are those of a trained network, or else their order in the texts' vocabulary.
 */
final class TextReader implements SampleReader {

  private static final String EXAMPLE = "such as `input letter[64] of 96; target next[64] of 96;`";

  private final Signature signature;
  private final DataOptions options;
  private final boolean wantsTargets;
  private final TextSteps text = new TextSteps();
  private final SequenceWindows windows;
  private final List<Data.Part> parts = new ArrayList<>();

  TextReader(Signature signature, DataOptions options, boolean wantsTargets) throws DataException {
    this.signature = signature;
    this.options = options;
    this.wantsTargets = wantsTargets && signature.targetSize() > 0;
    require();
    int window = signature.features();
    List<SequenceWindows.Block> blocks = new ArrayList<>(List.of(new SequenceWindows.Block(0, 1, 0, window)));
    if (this.wantsTargets) {
      int targets = signature.targetSize();
      blocks.add(new SequenceWindows.Block(1, 1, targets == window ? 1 : window, targets));
    }
    int stride = options.sequence().stride();
    this.windows = new SequenceWindows(text, blocks, 1, false, stride > 0 ? stride : window);
  }

  /** Checks that the model takes text. */
  private void require() throws DataException {
    List<Port> ports = Stream.concat(signature.inputs().stream(), signature.targets().stream()).toList();
    if (signature.inputs().size() != 1 || signature.targets().size() > 1 || ports.stream().anyMatch(port -> port.count() == 0)) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "a text needs a model with one integer input and one integer target of the same count, but this one has "
          + Signature.shown(ports)).help(EXAMPLE);
    }
    int window = signature.features();
    int asked = options.sequence().window();
    if (asked > 0 && asked != window) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "--window is " + asked + ", but the model's " + Signature.shown(signature.inputs()) + " takes " + Plural.count(window, "character"))
          .help("remove --window, or declare " + ports.get(0).name() + "[" + asked + "]");
    }
    if (options.sequence().horizon() > 1) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "--horizon is for series of numbers: the target of a text is the next character");
    }
    for (Port target : signature.targets()) {
      if (target.size() != window && target.size() != 1 || target.count() != ports.get(0).count()) {
        throw DataException.of(ErrorCode.DATA_MISMATCH, "the target of a text is the next character, or the next one of each in the window, but the model's is "
            + target.name() + "[" + target.size() + "] of " + target.count()).help(EXAMPLE);
      }
    }
  }

  @Override
  public int read(Path path) throws DataException {
    DataFile file = DataFile.of(path);
    int from = text.count();
    try (BufferedReader reader = file.text()) {
      for (int unit = reader.read(); unit >= 0; unit = reader.read()) {
        text.add(Character.isHighSurrogate((char) unit) ? Character.toCodePoint((char) unit, (char) reader.read()) : unit);
      }
    } catch (IOException unreadable) {
      throw file.unreadable(unreadable);
    }
    text.end(file);
    int row = windows.rows();
    int samples = windows.add(from, text.count());
    if (samples == 0) {
      throw file.fault(ErrorCode.TOO_FEW_SAMPLES, "the text has " + Plural.count(text.count() - from, "character") + ", but a sample takes " + windows.span());
    }
    parts.add(new Data.Part(file, row, windows.rows(), (char) 0, List.of()));
    return samples;
  }

  @Override
  public Data finish() throws DataException {
    Vocabulary vocabulary = options.vocabulary().orElseGet(() -> Vocabulary.of(Arrays.stream(text.codePoints())));
    Port input = signature.inputs().get(0);
    if (vocabulary.size() > input.count()) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "the text has " + vocabulary.size() + " different characters, but the model's " + input.name() + " has only "
          + input.count()).help("declare `of " + vocabulary.size() + "` for input and target");
    }
    text.number(vocabulary);
    List<TargetColumns> targets = wantsTargets
        ? List.of(new TargetColumns(signature.targets().get(0), signature.features(), signature.features(), false, List.of(), new int[0])) : List.of();
    return new Data(signature, windows, Columns.NONE, names(vocabulary, input.count()), FeatureEncoding.NUMBERS, targets, Optional.empty(), false, List.copyOf(parts), List.of(),
        Optional.of(new SequenceFormat(Optional.of(vocabulary), signature.features(), 1)));
  }

  /** Returns the names of classes: the characters; numbers without a character name themselves. */
  private static List<String> names(Vocabulary vocabulary, int count) {
    return IntStream.range(0, count).mapToObj(k -> k < vocabulary.size() ? vocabulary.characters().get(k) : "#" + k).toList();
  }
}
