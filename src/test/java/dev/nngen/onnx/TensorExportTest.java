package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.compiler.Options.Precision;
import dev.nngen.samples.Texts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Index equations, layers over tensors and whole numbers in ONNX: the runtime and the generated class predict the same. */
@Slow
class TensorExportTest {

  static List<String> models() {
    return Texts.read(Path.of("src/test/resources/dev/nngen/onnx/tensors.txt")).lines().filter(line -> !line.startsWith("#")).toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void tensorsAgree(String text) throws NotExportable {
    OnnxExportTest.assertAgrees(text);
  }

  @Test
  void everyLayerOfTensorsIsTested() {
    List<String> layers = Texts.definitions("tensors.nn");
    assertEquals(List.of(), layers.stream().filter(layer -> models().stream().noneMatch(model -> model.matches(".*\\b" + layer + "\\b.*"))).toList());
  }

  @Test
  void sameModelSameBytes() throws NotExportable {
    String text = "model Net { input word[5] of 7; E = embedding(word, 4); P = transformer(E, 2, 3, mix = causalattention); }";
    assertArrayEquals(Exported.of(text, Precision.F32).bytes, Exported.of(text, Precision.F32).bytes);
  }
}
