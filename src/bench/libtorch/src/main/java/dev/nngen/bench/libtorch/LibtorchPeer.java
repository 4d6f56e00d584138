package dev.nngen.bench.libtorch;

import dev.nngen.bench.Peer;
import dev.nngen.bench.Precision;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.UpdateRule;
import dev.nngen.bench.Workload;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch, which is PyTorch without Python, by its Java bindings, with MKL. */
public final class LibtorchPeer implements Peer {

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public boolean supports(Workload workload, Precision precision) {
    return true;
  }

  @Override
  public Prepared prepare(Workload workload, Precision precision) {
    torch.set_num_threads(Peer.threads());
    return workload.network().isPresent() ? new NetworkOfTensors(workload, precision) : new NetworkOfLayers(workload, precision);
  }

  static Optimizer optimizer(UpdateRule updateRule, TensorVector parameters) {
    return switch (updateRule) {
      case SGD -> new SGD(parameters, new SGDOptions(updateRule.rate()));
      case MOMENTUM -> {
        SGDOptions options = new SGDOptions(updateRule.rate());
        options.momentum().put(UpdateRule.BETA);
        yield new SGD(parameters, options);
      }
      case ADAM -> new Adam(parameters, new AdamOptions(updateRule.rate()));
      case ADAMW -> {
        AdamWOptions options = new AdamWOptions(updateRule.rate());
        options.weight_decay().put(UpdateRule.DECAY);
        yield new AdamW(parameters, options);
      }
    };
  }
}
