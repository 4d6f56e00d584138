package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another tool's names of the parameters of a model, one per line: {@code W_H = fc1.weight}, or {@code W_H = fc1.weight'} for the transpose. A line
 * may be empty, and a comment follows {@code #}.
 *
 * @param path of the table, for messages
 * @param text of the whole table
 * @param sources by the model's names
 */
record NameTable(String path, String text, Map<String, Source> sources) {

  /** A table without names. */
  static final NameTable NONE = new NameTable("", "", Map.of());

  private static final Pattern LINE = Pattern.compile("\\s*(\\w+)\\s*=\\s*([^\\s'#]+)\\s*('?)\\s*(#.*)?");

  /** A tensor of the file. */
  record Source(String name, boolean isTransposed) {}

  static NameTable read(Path path) throws DataException {
    try {
      return of(path.toString(), Files.readString(path));
    } catch (IOException unreadable) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the file cannot be read");
    }
  }

  private static NameTable of(String path, String text) throws DataException {
    Map<String, Source> sources = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    for (int k = 0; k < lines.size(); k++) {
      if (lines.get(k).isBlank() || lines.get(k).strip().startsWith("#")) {
        continue;
      }
      Matcher line = LINE.matcher(lines.get(k));
      if (!line.matches()) {
        throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ":" + (k + 1) + ": expected a line such as `W_H = fc1.weight`, found `" + lines.get(k).strip() + "`");
      }
      if (sources.put(line.group(1), new Source(line.group(2), !line.group(3).isEmpty())) != null) {
        throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ":" + (k + 1) + ": `" + line.group(1) + "` is already named");
      }
    }
    return new NameTable(path, text, sources);
  }

  /** Returns the file's tensors by the model's names. Names that the table does not contain stay. */
  Safetensors apply(Safetensors file, Set<String> parameters) throws DataException {
    Map<String, Safetensors.Tensor> named = new LinkedHashMap<>(file.tensors());
    for (Source source : sources.values()) {
      named.remove(source.name);
    }
    for (Map.Entry<String, Source> line : sources.entrySet()) {
      Safetensors.Tensor tensor = file.tensors().get(line.getValue().name);
      if (!parameters.contains(line.getKey())) {
        throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the model has no parameter `" + line.getKey() + "`").help("it has " + String.join(", ", parameters));
      }
      if (tensor == null) {
        throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the weights have no tensor `" + line.getValue().name + "`")
            .help("they have " + String.join(", ", file.tensors().keySet()));
      }
      named.put(line.getKey(), line.getValue().isTransposed ? transposed(line.getValue().name, tensor) : tensor);
    }
    return new Safetensors(file.metadata(), named);
  }

  /** Returns the line by which the parameter's source is transposed. */
  String transposing(String parameter) {
    Source now = sources.getOrDefault(parameter, new Source(parameter, false));
    return parameter + " = " + now.name + (now.isTransposed ? "" : "'");
  }

  private Safetensors.Tensor transposed(String name, Safetensors.Tensor tensor) throws DataException {
    if (tensor.shape().size() != 2) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": `" + name + "` has " + tensor.shape().size() + " axes; only a matrix can be transposed");
    }
    return tensor.transposed();
  }
}
