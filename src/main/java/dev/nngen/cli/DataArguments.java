package dev.nngen.cli;

import dev.nngen.train.data.DataOptions;
import dev.nngen.train.data.HeaderChoice;
import dev.nngen.train.data.SequenceOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that reads data. */
final class DataArguments {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--features", paramLabel = "COLUMNS", split = ",",
      description = "Columns by name, position from 1 or range, such as 1-4 (default: all but the targets).")
  private List<String> features = new ArrayList<>();

  @Option(names = "--target", paramLabel = "COLUMNS", split = ",", description =
      "Likewise; a column of class labels becomes a one-hot vector in the model's target (default: the last column, or as many as the target has).")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--classes", paramLabel = "LABELS", split = ",",
      description = "Class labels in the order of the model's target (default: 0, 1, ..., or sorted).")
  private List<String> classes = new ArrayList<>();

  @Option(names = "--header", paramLabel = "auto|yes|no", defaultValue = "auto",
      description = "Whether the first line names the columns (default: detected from the first lines; nngen warns if it is not certain).")
  private HeaderChoice header;

  @Option(names = "--categorical", paramLabel = "COLUMNS", split = ",", description =
      "Features that are words; each word becomes an input of 0 or 1. The weights file stores them (default: all features are numbers).")
  private List<String> categorical = new ArrayList<>();

  private char separator;

  @Option(names = "--separator", paramLabel = "CHAR", description = "Separator of fields: a character or tab (default: the one that divides the first lines evenly).")
  void setSeparator(String text) {
    String one = text.equals("tab") || text.equals("\\t") ? "\t" : text;
    if (one.length() != 1 || "\"\r\n".contains(one)) {
      throw new ParameterException(spec.commandLine(), "--separator is one character, not '" + text + "'");
    }
    separator = one.charAt(0);
  }

  private char decimal = '.';

  @Option(names = "--decimal", paramLabel = "CHAR", description = "Decimal sign: . or , (default: .).")
  void setDecimal(String text) {
    if (!text.equals(".") && !text.equals(",")) {
      throw new ParameterException(spec.commandLine(), "--decimal is . or , and not '" + text + "'");
    }
    decimal = text.charAt(0);
  }

  private long memory = Runtime.getRuntime().maxMemory() / 4;

  @Option(names = "--memory", paramLabel = "MIB",
      description = "Data beyond this goes to a temporary file (default: a quarter of the heap).")
  void setMemory(long mebibytes) {
    if (mebibytes < 0 || mebibytes > 1L << 30) {
      throw new ParameterException(spec.commandLine(), "--memory is at least 0");
    }
    memory = mebibytes << 20;
  }

  private boolean text;

  @Option(names = "--format", paramLabel = "table|text", description =
      "text: files of characters, for a model of characters; the weights file stores their numbers (default: table, which is CSV or IDX).")
  void setFormat(String format) {
    if (!format.equals("table") && !format.equals("text")) {
      throw new ParameterException(spec.commandLine(), "--format is table or text, and not '" + format + "'");
    }
    text = format.equals("text");
  }

  @Option(names = "--window", paramLabel = "STEPS", defaultValue = "0", description =
      "Number of steps in a window: rows are steps in time, and a sample is a window of them; for a text, of characters. The last windows are for validation (default: each row is a sample).")
  private int window;

  @Option(names = "--horizon", paramLabel = "STEPS", defaultValue = "0", description =
      "Steps from the end of the window to the target; the target is all these steps if the model's target has that many numbers for each column (default: 1).")
  private int horizon;

  @Option(names = "--stride", paramLabel = "STEPS", defaultValue = "0",
      description = "Steps from the start of a window to the start of the next (default: 1; for a text the length of the window).")
  private int stride;

  @Option(names = "--length", paramLabel = "COLUMN", defaultValue = "", description =
      "The feature with the number of steps of the sequence in a row. Cells after the last step may be empty, and are 0 (default: all sequences have the same length).")
  private String length;

  private SequenceOptions sequence() {
    if (window < 0 || horizon < 0 || stride < 0) {
      throw new ParameterException(spec.commandLine(), "--window, --horizon and --stride are at least 1");
    }
    return new SequenceOptions(text, window, horizon, stride);
  }

  DataOptions options() {
    return new DataOptions(stripped(features), stripped(targets), stripped(classes), stripped(categorical), header, separator, decimal, memory, sequence(), Optional.empty(), length, Optional.empty());
  }

  /** Splits words at commas. */
  static List<String> stripped(List<String> words) {
    return words.stream().flatMap(word -> Arrays.stream(word.split(","))).map(String::strip).filter(word -> !word.isEmpty()).toList();
  }
}
