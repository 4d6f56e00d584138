package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.DataOptions;
import dev.nngen.train.data.KeptColumns;
import dev.nngen.train.data.SampleReader;
import dev.nngen.train.data.SequenceFormat;
import dev.nngen.train.data.Task;
import dev.nngen.train.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A network with the weights that {@code nngen train} wrote, and the preprocessing of its data. */
public final class TrainedNetwork {

  private static final int BATCH = 256;
  /** Maximum number of predicted numbers held at a time. */
  private static final int CHUNK_ENTRIES = 1 << 22;

  private final CompiledModel model;
  private final Network network;
  private final Recipe recipe;

  /**
   * Compiles the model and loads the weights.
   *
   * @throws DataException if they do not belong to it
   */
  public TrainedNetwork(CompiledModel model, GeneratedFile file, Path weights) throws DataException {
    this.model = model;
    this.network = new Network(model, file, BATCH, 1);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(weights);
    } catch (IOException unreadable) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, weights + ": " + FileFault.reason(unreadable));
    }
    try {
      network.restore(bytes);
      this.recipe = Recipe.read(Safetensors.read(bytes), weights.toString(), network.signature().features());
    } catch (IOException mismatch) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, weights + ": " + mismatch.getMessage());
    }
  }

  /**
   * Uses the average of the weights that the optimizer kept.
   *
   * @throws DataException if it keeps none
   */
  public void useAverage() throws DataException {
    if (!network.hasAverage()) {
      throw noAverage(model);
    }
    network.useAverage();
  }

  static DataException noAverage(CompiledModel model) {
    return DataException.of(ErrorCode.WEIGHTS_MISMATCH, "the optimizer of " + model.simplified().name() + " keeps no average of the weights").help("train with one: `train adam() |> ema(0.999);`");
  }

  /**
   * Checks that the network has a prediction for each sample.
   *
   * @throws DataException if it has none
   */
  public void requirePredictions() throws DataException {
    Optional<String> lacking = network.lackingPrediction();
    if (lacking.isPresent()) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, lacking.get()).help("`eval` measures its loss; to predict, the model needs a value for each sample that depends only on inputs");
    }
  }

  /** Returns a sentence about predictions that depend on the other samples of a batch. */
  public Optional<String> batchDependence() {
    return network.batchDependence();
  }

  public Recipe recipe() {
    return recipe;
  }

  /** Reads data with the columns that the network was trained on, unless others are given. */
  public Data read(List<Path> files, DataOptions options, boolean withTargets) throws DataException {
    SampleReader reader = SampleReader.of(network.signature(), knowing(options), withTargets);
    for (Path file : files) {
      reader.read(file);
    }
    Data data = reader.finish();
    new FactCheck(model, data, recipe.scaling()).check(all(data));
    return data;
  }

  /** Returns the options with the columns and classes that the network was trained on. */
  public DataOptions knowing(DataOptions options) throws DataException {
    DataOptions known = options.knowing(recipe.columns());
    return recipe.sequence().isEmpty() ? known : known.with(recipe.sequence().get().like(options.sequence()), recipe.sequence().get().vocabulary());
  }

  /** Returns the outputs for all samples. Without targets there are no losses and metrics. */
  public Evaluation evaluate(Data data) throws DataException {
    Task task = data.hasTargets() ? recipe.task() : Task.NONE;
    return Evaluation.of(network, data, task, all(data));
  }

  /** Writes the outputs for each sample, one per line, after the kept columns of the data; only some are held at a time. */
  public void predict(Data data, KeptColumns kept, TableFormat format, Lines lines) throws DataException, IOException {
    List<String> names = List.of();
    int chunk = Math.max(1, CHUNK_ENTRIES / Math.max(1, network.outputSize()));
    for (int from = 0; from < data.size(); from += chunk) {
      int[] rows = IntStream.range(from, Math.min(data.size(), from + chunk)).toArray();
      Predictions predictions = new Predictions(recipe.task(), Evaluation.outputs(network, data, rows),
          network.model().output().orElseThrow());
      if (from == 0) {
        names = distinct(kept.names(), predictions.names());
        Optional<String> header = format.header(names);
        if (header.isPresent()) {
          lines.accept(header.get());
        }
      }
      for (int sample = 0; sample < rows.length; sample++) {
        List<Object> values = new ArrayList<>(kept.next());
        values.addAll(predictions.values(sample));
        lines.accept(format.line(names, values));
      }
    }
  }

  /**
   * Generates text with a model of characters.
   *
   * @param prompt the text before; a line break if it is empty
   * @param text receives the prompt, then one character after the other
   * @throws DataException if the network was not trained on a text, or the prompt has a character that this text did not have
   */
  public void generate(String prompt, int characters, double temperature, long seed, Lines text) throws DataException, IOException {
    Vocabulary vocabulary = recipe.sequence().flatMap(SequenceFormat::vocabulary)
        .orElseThrow(() -> DataException.of(ErrorCode.NOT_TRAINABLE, "--generate needs a network that was trained on a text").help("train it with `--data TEXT --format text`"));
    Generator generator = new Generator(network, vocabulary);
    String start = prompt.isEmpty() && vocabulary.number('\n') >= 0 ? "\n" : prompt;
    if (!prompt.isEmpty()) {
      text.accept(prompt);
    }
    generator.write(start, characters, temperature, seed, text);
  }

  /** Returns all names without duplicates: a prediction with the name of a kept column, or of another column, gets a suffix. */
  private static List<String> distinct(List<String> kept, List<String> predicted) {
    List<String> names = new ArrayList<>();
    for (String name : kept) {
      String free = name;
      for (int k = 2; names.contains(free); k++) {
        free = name + "_" + k;
      }
      names.add(free);
    }
    for (String name : predicted) {
      String free = name;
      while (names.contains(free)) {
        free = "predicted_" + free;
      }
      names.add(free);
    }
    return names;
  }

  /** Receives lines of text. */
  public interface Lines {
    void accept(String line) throws IOException;
  }

  private static int[] all(Data data) {
    return IntStream.range(0, data.size()).toArray();
  }
}
