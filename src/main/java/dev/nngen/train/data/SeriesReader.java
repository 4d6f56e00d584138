package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.train.data.Signature.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads series: tables in which each row is a step in time, in the order of the file. A sample is a window of steps, and its targets are columns of
 * later steps. A target is the step {@code horizon} steps after the window; or all steps up to it, if it has that many numbers for each column; or
 * the window shifted by one step, if it has as many numbers as the window.
 */
final class SeriesReader implements SampleReader {

  private final Signature signature;
  private final SequenceOptions sequence;
  private final boolean wantsTargets;
  private final Signature ofStep;
  private final DataReader reader;
  private final List<SequenceWindows.Block> blocks = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();

  SeriesReader(Signature signature, DataOptions options, boolean wantsTargets) throws DataException {
    this.signature = signature;
    this.sequence = options.sequence();
    this.wantsTargets = wantsTargets && signature.targetSize() > 0;
    int window = sequence.window();
    List<Port> inputs = new ArrayList<>();
    for (Port input : signature.inputs()) {
      if (input.size() % window != 0) {
        throw DataException.of(ErrorCode.DATA_MISMATCH, "the model's " + input.name() + " has " + Plural.count(input.size(), "number") + ", which is not a multiple of --window " + window)
            .help("an input has a number of each column for each step of the window: `input " + input.name() + "[columns, " + window + ", m]`");
      }
      add(inputs, input, 0, window);
    }
    List<Port> targets = new ArrayList<>();
    for (Port target : signature.targets()) {
      int horizon = Math.max(1, sequence.horizon());
      if (horizon > 1 && target.size() % horizon == 0) {
        add(targets, target, window, horizon);
      } else if (horizon == 1 && window > 1 && target.size() % window == 0) {
        add(targets, target, 1, window);
      } else {
        add(targets, target, window + horizon - 1, 1);
      }
    }
    Optional<Port> judged = signature.judged().map(port -> targets.get(signature.targets().indexOf(port)));
    this.ofStep = new Signature(inputs, targets, judged, signature.single(), signature.samplesInRows());
    this.reader = new DataReader(ofStep, options, wantsTargets);
    if (!this.wantsTargets) {
      blocks.subList(inputs.size(), blocks.size()).clear();
    }
  }

  private void add(List<Port> ports, Port port, int first, int steps) {
    int width = port.size() / steps;
    int from = blocks.stream().mapToInt(SequenceWindows.Block::width).sum();
    blocks.add(new SequenceWindows.Block(from, width, first, steps));
    ports.add(new Port(port.name(), width, port.range(), port.count()));
  }

  @Override
  public int read(Path path) throws DataException {
    int steps = reader.read(path);
    ends.add((ends.isEmpty() ? 0 : ends.get(ends.size() - 1)) + steps);
    int span = blocks.stream().mapToInt(block -> block.first() + block.steps()).max().orElseThrow();
    if (steps < span) {
      throw DataFile.of(path).fault(ErrorCode.TOO_FEW_SAMPLES, "the file has " + Plural.count(steps, "row") + ", but a window with its target needs " + span);
    }
    return (steps - span) / stride() + 1;
  }

  private int stride() {
    return Math.max(1, sequence.stride());
  }

  @Override
  public Data finish() throws DataException {
    Data table = reader.finish();
    SequenceWindows windows = new SequenceWindows(new TableSteps(table), blocks, signature.inputs().size(), signature.samplesInRows(), stride());
    List<Data.Part> parts = new ArrayList<>();
    int from = 0;
    for (int k = 0; k < ends.size(); k++) {
      int row = windows.rows();
      windows.add(from, ends.get(k));
      from = ends.get(k);
      Data.Part part = table.files().get(k);
      parts.add(new Data.Part(part.file(), row, windows.rows(), part.separator(), part.columns()));
    }
    List<TargetColumns> targets = new ArrayList<>();
    for (Port target : wantsTargets ? signature.targets() : List.<Port>of()) {
      int offset = signature.features() + signature.offset(target);
      targets.add(new TargetColumns(target, offset, offset, false, List.of(), new int[0]));
    }
    return new Data(signature, windows, table.columns(), table.classes(), FeatureEncoding.NUMBERS, targets, Optional.empty(), false, List.copyOf(parts), table.warnings(),
        Optional.of(new SequenceFormat(Optional.empty(), sequence.window(), Math.max(1, sequence.horizon()))));
  }

  /** The rows of a table as steps. */
  private record TableSteps(Data table) implements SequenceSteps {

    @Override
    public int count() {
      return table.size();
    }

    @Override
    public int width() {
      return table.sampleSize();
    }

    @Override
    public void step(int step, double[] to) {
      table.sample(step, to);
    }

    @Override
    public long line(int step) {
      return table.table().line(step);
    }

    @Override
    public String name(int entry) {
      return entry < table.features() ? table.featureName(entry) : table.targetName(entry);
    }

    @Override
    public DataException fault(ErrorCode code, int step, int entry, String message) {
      return table.fault(code, step, entry, message);
    }

    @Override
    public void close() throws IOException {
      table.close();
    }
  }
}
