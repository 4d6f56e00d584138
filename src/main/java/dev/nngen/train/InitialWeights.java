package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.lower.Program;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Scaling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Initial weights from any safetensors file: tensors with the names of the model's parameters, or names from a table. */
public final class InitialWeights {

  private final Path path;
  private final Safetensors file;
  private final byte[] bytes;
  private final NameTable table;

  /**
   * Reads the weights for a model.
   *
   * @param names a table of the file's names of the model's parameters, with a line such as {@code W_H = fc1.weight} for each
   * @throws DataException if a file cannot be read or is damaged, or the table has an unknown name
   */
  public InitialWeights(Path path, Optional<Path> names, Program<?> model) throws DataException {
    this.path = path;
    this.table = names.isPresent() ? NameTable.read(names.get()) : NameTable.NONE;
    try {
      this.bytes = Files.readAllBytes(path);
      this.file = table.apply(Safetensors.read(bytes), Set.copyOf(names(model)));
    } catch (IOException unreadable) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": " + FileFault.reason(unreadable));
    }
  }

  /** Returns the model's parameters and states that the file does not have. */
  public List<String> missing(Program<?> model) {
    List<String> missing = new ArrayList<>(names(model));
    missing.removeAll(file.tensors().keySet());
    return missing;
  }

  /** Returns the file's tensors that are not parameters or states of the model. */
  public List<String> surplus(Program<?> model) {
    List<String> surplus = new ArrayList<>(file.tensors().keySet());
    surplus.removeAll(names(model));
    return surplus;
  }

  private static List<String> names(Program<?> model) {
    return Stream.concat(model.parameters().stream().map(Program.Parameter::name), model.modelStates().stream().map(Program.ModelState::name)).toList();
  }

  /** Returns the scaling of the weights' features, if {@code nngen train} wrote them for that many features. */
  Optional<Scaling> scaling(int features) {
    try {
      return Optional.of(Recipe.read(file, path.toString(), features).scaling());
    } catch (DataException elsewhere) {
      return Optional.empty();
    }
  }

  String checksum() {
    return Checkpoint.checksum(bytes) + (table.text().isEmpty() ? "" : " " + Checkpoint.checksum(table.text().getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Replaces the initial weights of a network.
   *
   * @throws DataException if the file has none of them, or one of another shape
   */
  void applyTo(Network network) throws DataException {
    List<String> names = names(network.model());
    if (missing(network.model()).size() == names.size()) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the file has none of the model's parameters " + String.join(", ", names))
          .help("it has " + String.join(", ", file.tensors().keySet()));
    }
    try {
      Safetensors drawn = Safetensors.read(network.snapshot());
      Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
      for (String name : names) {
        requireNotTransposed(name, drawn.tensors().get(name).shape());
        tensors.put(name, fitting(file.tensors().get(name), drawn.tensors().get(name)));
      }
      network.loadParameters(new Safetensors(drawn.metadata(), tensors).write());
    } catch (IOException mismatch) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": " + FileFault.reason(mismatch));
    }
  }

  private void requireNotTransposed(String name, List<Long> shape) throws DataException {
    Safetensors.Tensor given = file.tensors().get(name);
    if (given != null && !shape.contains(1L) && !given.shape().equals(shape) && given.shape().equals(List.of(shape.get(1), shape.get(0)))) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, path + ": `" + name + "` is the transpose of what the model needs, which is " + shape.get(0) + " x " + shape.get(1))
          .help("write the line `" + table.transposing(name) + "` in a table for --init-names");
    }
  }

  /** Returns the file's tensor in the shape of the parameter, which is a matrix; the initial one if the file has none. */
  private static Safetensors.Tensor fitting(Safetensors.Tensor given, Safetensors.Tensor drawn) {
    return given == null ? drawn : given.folded(drawn.shape().get(0).intValue(), drawn.shape().get(1).intValue());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
