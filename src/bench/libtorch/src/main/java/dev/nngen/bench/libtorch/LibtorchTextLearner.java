package dev.nngen.bench.libtorch;

import dev.nngen.bench.Network;
import dev.nngen.bench.TextLearner;
import dev.nngen.bench.Workload;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The small GPT by libtorch. */
public final class LibtorchTextLearner implements TextLearner {

  private UnaryOperator<Tensor> logits;
  private Optimizer optimizer;

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public void start(double[] values) {
    torch.set_num_threads(1);
    Parameters parameters = new Parameters(values, torch.ScalarType.Float);
    logits = Networks.of(Network.GPT_TEXT, parameters);
    optimizer = new AdamW(parameters.all(), new AdamWOptions(RATE));
  }

  private Tensor mean(int[] words, int[] labels) {
    long samples = Workload.Text.batch();
    Tensor x = NetworkOfTensors.wholeNumbers(words, samples, words.length / samples);
    return torch.cross_entropy_loss(logits.apply(x), NetworkOfTensors.wholeNumbers(labels, labels.length));
  }

  @Override
  public void step(int[] words, int[] labels) {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      mean(words, labels).backward();
      optimizer.step();
    }
  }

  @Override
  public double loss(int[] words, int[] labels) {
    try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
      return mean(words, labels).item().toDouble();
    }
  }
}
