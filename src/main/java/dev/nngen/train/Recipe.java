package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.Columns;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Prepared;
import dev.nngen.train.data.Scaling;
import dev.nngen.train.data.SequenceFormat;
import dev.nngen.train.data.Task;
import dev.nngen.train.data.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The preprocessing of data for a trained network, stored as metadata with its weights.
 *
 * @param columns of the training data, and the names of the classes of labels
 * @param sequence the kind of windows that are samples; empty if each row is a sample
 */
public record Recipe(Columns columns, Task task, Scaling scaling, Optional<SequenceFormat> sequence) {

  static final String KEY = "nngen.data";

  Recipe(Columns columns, Task task, Scaling scaling) {
    this(columns, task, scaling, Optional.empty());
  }

  /** Returns the recipe of data that a network is trained on. */
  static Recipe of(Prepared prepared) {
    return new Recipe(prepared.data().columns(), prepared.task(), prepared.scaling(), prepared.data().sequence());
  }

  /** Returns the recipe as JSON. */
  String write() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("features", columns.features());
    json.put("featurePositions", columns.featurePositions());
    json.put("categories", columns.categories());
    json.put("targets", columns.targets());
    json.put("targetPositions", columns.targetPositions());
    json.put("classes", columns.classes());
    json.put("task", task.kind().name());
    json.put("taskClasses", task.classes());
    json.put("threshold", task.threshold());
    if (!scaling.isNone()) {
      json.put("shift", scaling.shift());
      json.put("divisor", scaling.divisor());
    }
    sequence.ifPresent(windows -> {
      json.put("window", windows.window());
      json.put("horizon", windows.horizon());
      windows.vocabulary().ifPresent(vocabulary -> json.put("vocabulary", vocabulary.characters()));
    });
    return Json.write(json);
  }

  /** Reads a recipe that {@link #write} wrote. */
  public static Recipe read(Safetensors file, String path, int features) throws DataException {
    String text = file.metadata().get(KEY);
    if (text == null) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the file does not describe how data is scaled")
          .help("use weights that `nngen train` wrote");
    }
    try {
      Map<?, ?> json = (Map<?, ?>) Json.parse(text);
      Task task = new Task(Task.Kind.valueOf((String) json.get("task")), strings(json, "taskClasses"), (Double) json.get("threshold"));
      Scaling scaling = json.containsKey("shift") ? new Scaling(numbers(json, "shift"), numbers(json, "divisor")) : Scaling.none(features);
      if (scaling.shift().length != features || scaling.divisor().length != features) {
        throw new IllegalArgumentException("it scales " + scaling.shift().length + " features");
      }
      Columns columns = new Columns(strings(json, "features"), positions(json, "featurePositions"), categories(json),
          strings(json, "targets"), positions(json, "targetPositions"), classes((Map<?, ?>) json.get("classes")));
      return new Recipe(columns, task, scaling, sequence(json));
    } catch (IllegalArgumentException | ClassCastException | NullPointerException malformed) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": its description of data does not fit the model: " + malformed.getMessage());
    }
  }

  private static Optional<SequenceFormat> sequence(Map<?, ?> json) {
    if (!json.containsKey("window")) {
      return Optional.empty();
    }
    Optional<Vocabulary> vocabulary = json.containsKey("vocabulary") ? Optional.of(new Vocabulary(strings(json, "vocabulary"))) : Optional.empty();
    return Optional.of(new SequenceFormat(vocabulary, ((Double) json.get("window")).intValue(), ((Double) json.get("horizon")).intValue()));
  }

  private static List<String> strings(Map<?, ?> json, String key) {
    List<String> strings = new ArrayList<>();
    ((List<?>) json.get(key)).forEach(one -> strings.add((String) one));
    return strings;
  }

  /** Reads the categories; older files have none. Each feature has a list of its own, in which each category has a position. */
  private static List<List<String>> categories(Map<?, ?> json) {
    List<List<String>> categories = new ArrayList<>();
    if (json.get("categories") instanceof List<?> features) {
      features.forEach(names -> categories.add(((List<?>) names).stream().map(String.class::cast).toList()));
    }
    boolean distinct = categories.stream().allMatch(names -> names.size() == new HashSet<>(names).size());
    if (!distinct || !categories.isEmpty() && categories.size() != positions(json, "featurePositions").size()) {
      throw new IllegalArgumentException("its categories do not belong to its features");
    }
    return categories;
  }

  private static Map<String, List<String>> classes(Map<?, ?> json) {
    Map<String, List<String>> classes = new LinkedHashMap<>();
    json.keySet().forEach(target -> classes.put((String) target, strings(json, (String) target)));
    return classes;
  }

  private static List<Integer> positions(Map<?, ?> json, String key) {
    return ((List<?>) json.get(key)).stream().map(one -> ((Double) one).intValue()).toList();
  }

  private static double[] numbers(Map<?, ?> json, String key) {
    return ((List<?>) json.get(key)).stream().mapToDouble(one -> (Double) one).toArray();
  }
}
