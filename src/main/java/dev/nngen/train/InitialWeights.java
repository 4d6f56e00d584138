package dev.nngen.train;

import dev.nngen.diag.ErrorCode;
import dev.nngen.lower.Lowered;
import dev.nngen.train.data.Fault;
import dev.nngen.train.data.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Weights from any safetensors file that training starts from: those of the model's parameters by name, whatever else the file holds. */
public final class InitialWeights {

  private final Path path;
  private final Safetensors file;
  private final byte[] bytes;

  /** @throws Fault if the file cannot be read or is damaged */
  public InitialWeights(Path path) throws Fault {
    this.path = path;
    try {
      this.bytes = Files.readAllBytes(path);
      this.file = Safetensors.read(bytes);
    } catch (IOException unreadable) {
      throw Fault.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the file cannot be used: " + unreadable.getMessage());
    }
  }

  /** The model's parameters and states that the file does not have. */
  public List<String> missing(Lowered model) {
    List<String> missing = new ArrayList<>(names(model));
    missing.removeAll(file.tensors().keySet());
    return missing;
  }

  /** The file's tensors that are no parameters or states of the model. */
  public List<String> surplus(Lowered model) {
    List<String> surplus = new ArrayList<>(file.tensors().keySet());
    surplus.removeAll(names(model));
    return surplus;
  }

  private static List<String> names(Lowered model) {
    return Stream.concat(model.parameters().stream().map(Lowered.Parameter::name), model.modelStates().stream().map(Lowered.ModelState::name)).toList();
  }

  /** How the weights' features were scaled, if {@code nngen train} wrote them for as many features. */
  Optional<Scaling> scaling(int features) {
    try {
      return Optional.of(Recipe.read(file, path.toString(), features).scaling());
    } catch (Fault elsewhere) {
      return Optional.empty();
    }
  }

  String checksum() {
    return Checkpoint.checksum(bytes);
  }

  /**
   * Puts the weights in the place of those that a network was initialized with.
   *
   * @throws Fault if the file has none of them, or one of another shape
   */
  void applyTo(Network network) throws Fault {
    List<String> names = names(network.model());
    if (missing(network.model()).size() == names.size()) {
      throw Fault.of(ErrorCode.WEIGHTS_MISMATCH, path + ": the file has none of the model's parameters " + String.join(", ", names))
          .help("it holds " + String.join(", ", file.tensors().keySet()));
    }
    try {
      Safetensors drawn = Safetensors.read(network.snapshot());
      Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
      names.forEach(name -> tensors.put(name, file.tensors().getOrDefault(name, drawn.tensors().get(name))));
      network.loadParameters(new Safetensors(drawn.metadata(), tensors).write());
    } catch (IOException mismatch) {
      throw Fault.of(ErrorCode.WEIGHTS_MISMATCH, path + ": " + mismatch.getMessage());
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
