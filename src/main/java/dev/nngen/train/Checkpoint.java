package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The complete state of training as one safetensors file: the network's state as its class writes it, the best weights so far with the prefix
 * {@code best/}, and as metadata the progress of training and its settings.
 */
final class Checkpoint {

  private static final String KEY = "nngen.training";
  private static final String BEST = "best/";

  private Checkpoint() {}

  /**
   * Returns the bytes of a checkpoint.
   *
   * @param network in its current state
   * @param settings the values that must be equal when training continues
   */
  static byte[] write(Network network, Progress progress, Map<String, String> settings) throws IOException {
    Safetensors now = Safetensors.read(network.snapshot());
    Map<String, String> metadata = new LinkedHashMap<>(now.metadata());
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(now.tensors());
    if (progress.best().length > 0) {
      Safetensors best = Safetensors.read(progress.best());
      best.metadata().forEach((name, value) -> metadata.put(BEST + name, value));
      best.tensors().forEach((name, tensor) -> tensors.put(BEST + name, tensor));
    }
    metadata.put(KEY, Json.write(json(progress, settings)));
    return new Safetensors(metadata, tensors).write();
  }

  private static Map<String, Object> json(Progress progress, Map<String, String> settings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("epoch", progress.epoch());
    json.put("batch", progress.batch());
    json.put("samples", progress.samples());
    // As texts, because a loss may be infinite.
    json.put("lossSum", Arrays.stream(progress.lossSums()).mapToObj(Double::toString).collect(Collectors.joining(" ")));
    json.put("bestLoss", Double.toString(progress.bestLoss()));
    json.put("epochsWithoutGain", progress.epochsWithoutGain());
    json.put("metric", progress.history().metric());
    json.put("history", progress.history().csv());
    json.put("settings", settings);
    return json;
  }

  /**
   * Restores a network from a checkpoint, and returns the progress of training.
   *
   * @param name of the file, for errors
   * @throws DataException if the file is damaged, or a setting that affects the results has changed
   */
  static Progress read(byte[] file, String name, Network network, Map<String, String> settings) throws DataException {
    try {
      Safetensors all = Safetensors.read(file);
      if (!all.metadata().containsKey(KEY)) {
        throw new IOException("not a checkpoint file");
      }
      Map<?, ?> json = (Map<?, ?>) Json.parse(all.metadata().get(KEY));
      compare((Map<?, ?>) json.get("settings"), settings, name);
      network.restore(part(all, false).write());
      History history = new History((String) json.get("metric"), network.lossNames());
      history.readCsv((String) json.get("history"));
      byte[] best = history.epochs().isEmpty() ? new byte[0] : part(all, true).write();
      return Progress.restored(history, integer(json, "epoch"), integer(json, "batch"), Arrays.stream(((String) json.get("lossSum")).split(" ")).mapToDouble(Double::parseDouble).toArray(),
          integer(json, "samples"), Double.parseDouble((String) json.get("bestLoss")), integer(json, "epochsWithoutGain"), best);
    } catch (IOException | IllegalArgumentException | ClassCastException | NullPointerException | IndexOutOfBoundsException broken) {
      throw DataException.of(ErrorCode.NOT_RESUMABLE, name + ": the checkpoint cannot be used: " + broken.getMessage());
    }
  }

  private static int integer(Map<?, ?> json, String key) {
    return ((Double) json.get(key)).intValue();
  }

  private static void compare(Map<?, ?> then, Map<String, String> now, String name) throws DataException {
    for (Map.Entry<String, String> setting : now.entrySet()) {
      Object before = then.get(setting.getKey());
      if (!setting.getValue().equals(before)) {
        throw DataException.of(ErrorCode.NOT_RESUMABLE, name + ": training cannot continue, because " + setting.getKey() + " is " + setting.getValue()
            + " now, but was " + before).help("use the same options, model and data as before, or start again without --resume");
      }
    }
  }

  /** Returns the current or the best state, as the network's class wrote it. */
  private static Safetensors part(Safetensors all, boolean best) {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    all.metadata().forEach((name, value) -> {
      if (!name.equals(KEY) && name.startsWith(BEST) == best) {
        metadata.put(best ? name.substring(BEST.length()) : name, value);
      }
    });
    all.tensors().forEach((name, tensor) -> {
      if (name.startsWith(BEST) == best) {
        tensors.put(best ? name.substring(BEST.length()) : name, tensor);
      }
    });
    return new Safetensors(metadata, tensors);
  }

  /**
   * Returns the settings that affect the results of training, except its duration.
   *
   * @param code the text of the generated class
   * @param initial the weights that training started from, if they were not random
   */
  static Map<String, String> settings(String code, Prepared prepared, TrainOptions options, Optional<InitialWeights> initial) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("the batch's size", Integer.toString(options.batch()));
    settings.put("the seed", Long.toString(options.seed()));
    settings.put("the gradients' largest norm", Double.toString(options.clipNorm()));
    settings.put("the classes' weight", options.classWeights().map(ClassWeights::toString).orElse("equal"));
    settings.put("the checksum of the initial weights", initial.map(InitialWeights::checksum).orElse("none"));
    settings.put("the checksum of the generated class", checksum(code.getBytes(StandardCharsets.UTF_8)));
    settings.put("the checksum of the data, its split and scaling", checksum(prepared));
    return settings;
  }

  static String checksum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return Long.toHexString(sum.getValue());
  }

  private static String checksum(Prepared prepared) {
    CRC32C sum = new CRC32C();
    double[] sample = new double[prepared.data().sampleSize()];
    ByteBuffer bytes = ByteBuffer.allocate(sample.length * Double.BYTES);
    Split split = prepared.split();
    for (int[] rows : new int[][] {split.training(), split.validation()}) {
      for (int row : rows) {
        prepared.data().sample(row, sample);
        bytes.clear();
        for (int k = 0; k < sample.length; k++) {
          bytes.putDouble(prepared.scaling().scaled(sample[k], k));
        }
        bytes.flip();
        sum.update(bytes);
      }
      sum.update(rows.length);
    }
    return Long.toHexString(sum.getValue());
  }
}
