package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.Options.Precision;
import dev.nngen.random.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random models of tensors, recurrences and open sizes in ONNX: the runtime and the generated class predict the same. */
@Slow
class RandomExportTest {

  @ParameterizedTest
  @ValueSource(longs = {4, 9, 21, 38, 57, 89, 115, 124})
  void modelsAgree(long seed) throws NotExportable {
    Exported exported = Exported.of(RandomTensors.next(seed), Precision.F64);
    for (int samples : new int[] {1, 4}) {
      double difference = exported.difference(samples);
      // It is -1 where the runtime has a function in single precision only.
      assertTrue(difference <= 1e-9, () -> difference + " " + exported);
    }
  }
}
