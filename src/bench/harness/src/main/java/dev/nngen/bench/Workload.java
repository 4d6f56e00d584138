package dev.nngen.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The networks that are measured, and smaller ones on which peers are only compared. A new one needs an entry here and a
 * file of the same name in {@code nngen/src/main/nngen}.
 */
public enum Workload {
  W1("2-4-1", 4, Activation.SIGMOID, Loss.LOG, UpdateRule.SGD, Use.TIMED),
  W2("16-32-16-1", 32, Activation.RELU, Loss.LOG, UpdateRule.ADAM, Use.TIMED_AND_PREDICTED),
  W3("16-32-1", 1, Activation.TANH, Loss.LOG, UpdateRule.SGD, Use.TIMED),
  W4("4-16-3", 16, Activation.RELU, Loss.CROSS_ENTROPY, UpdateRule.ADAM, Use.TIMED),
  W5("784-128-10", 64, Activation.RELU, Loss.CROSS_ENTROPY, UpdateRule.SGD, Use.TIMED_AND_PREDICTED),
  W5Adam("784-128-10", 64, Activation.RELU, Loss.CROSS_ENTROPY, UpdateRule.ADAM, Use.TIMED),
  W6("784-512-512-10", 128, Activation.RELU, Loss.CROSS_ENTROPY, UpdateRule.ADAM, Use.TIMED),
  W7("1024-1024-1024-1024", 256, Activation.RELU, Loss.SQUARED, UpdateRule.SGD, Use.TIMED),
  C1(Network.LENET, 64, UpdateRule.SGD, Use.TIMED),
  C1One(Network.LENET, 1, UpdateRule.SGD, Use.TIMED_AND_PREDICTED),
  C2(Network.SMALL, 64, UpdateRule.ADAM, Use.TIMED),
  C3(Network.NORMALIZED, 32, UpdateRule.MOMENTUM, Use.TIMED),
  R1(Network.LSTM_ROWS, 64, UpdateRule.ADAM, Use.TIMED),
  R2(Network.LSTM_LONG, 64, UpdateRule.ADAM, Use.TIMED),
  R3(Network.ELMAN, 64, UpdateRule.ADAM, Use.TIMED),
  R3Gru(Network.GRU, 64, UpdateRule.ADAM, Use.TIMED),
  G1(Network.GPT, 12, UpdateRule.ADAMW, Use.TIMED),
  G2(Network.GPT_LARGE, 8, UpdateRule.ADAMW, Use.TIMED),
  E1(Network.WORDS, 128, UpdateRule.ADAM, Use.TIMED),
  Text(Network.GPT_TEXT, 12, UpdateRule.ADAMW, Use.COMPARED),
  A1("5-7-3", 6, Activation.TANH, Loss.SQUARED, UpdateRule.SGD, Use.COMPARED),
  A2("4-8-6-2", 9, Activation.SIGMOID, Loss.CROSS_ENTROPY, UpdateRule.ADAM, Use.COMPARED),
  A3("3-5-1", 10, Activation.RELU, Loss.LOG, UpdateRule.SGD, Use.COMPARED),
  A4("6-6-6-6-6-4", 7, Activation.TANH, Loss.CROSS_ENTROPY, UpdateRule.SGD, Use.COMPARED),
  A5("3-1-3", 5, Activation.SIGMOID, Loss.SQUARED, UpdateRule.ADAM, Use.COMPARED),
  A6("1-10-1", 8, Activation.TANH, Loss.SQUARED, UpdateRule.SGD, Use.COMPARED),
  A7("8-5", 12, Activation.RELU, Loss.CROSS_ENTROPY, UpdateRule.SGD, Use.COMPARED),
  A8("9-12-10-8-1", 11, Activation.RELU, Loss.LOG, UpdateRule.ADAM, Use.COMPARED);

  private enum Use {
    TIMED,
    TIMED_AND_PREDICTED,
    COMPARED
  }

  private final Network network;
  private final int[] sizes;
  private final int batch;
  private final Activation activation;
  private final Loss loss;
  private final UpdateRule updateRule;
  private final Use use;

  Workload(Network network, int batch, UpdateRule updateRule, Use use) {
    this.network = network;
    this.sizes = new int[0];
    this.batch = batch;
    this.activation = null;
    this.loss = Loss.CROSS_ENTROPY;
    this.updateRule = updateRule;
    this.use = use;
  }

  Workload(String sizes, int batch, Activation activation, Loss loss, UpdateRule updateRule, Use use) {
    this.network = null;
    this.sizes = Arrays.stream(sizes.split("-")).mapToInt(Integer::parseInt).toArray();
    this.batch = batch;
    this.activation = activation;
    this.loss = loss;
    this.updateRule = updateRule;
    this.use = use;
  }

  /** Those whose training step is measured. */
  public static List<Workload> timed() {
    return Arrays.stream(values()).filter(workload -> workload.use != Use.COMPARED).toList();
  }

  /** Whether the prediction of one sample is measured too. */
  public boolean predicted() {
    return use == Use.TIMED_AND_PREDICTED;
  }

  /** The network; empty for chains of dense layers, which the methods below describe. */
  public Optional<Network> network() {
    return Optional.ofNullable(network);
  }

  /** The number of dense layers. */
  public int layers() {
    return sizes.length - 1;
  }

  /** The width of layer {@code k}; 0 is the input. */
  public int size(int k) {
    return sizes[k];
  }

  public int inputs() {
    return sizes[0];
  }

  public int outputs() {
    return sizes[sizes.length - 1];
  }

  public int batch() {
    return batch;
  }

  /** The activation of all layers but the last. */
  public Activation activation() {
    return activation;
  }

  public Loss loss() {
    return loss;
  }

  public UpdateRule updateRule() {
    return updateRule;
  }

  /** The number of parameters. */
  public int parameters() {
    int count = network == null ? 0 : network.parameterCount();
    for (int k = 1; k < sizes.length; k++) {
      count += (sizes[k - 1] + 1) * sizes[k];
    }
    return count;
  }

  /** The least arithmetic of a step: its matrix products, two operations for a multiplication and addition. */
  public double operations() {
    if (network != null) {
      return batch * network.operations();
    }
    double forward = 0;
    for (int k = 1; k < sizes.length; k++) {
      forward += 2.0 * batch * sizes[k - 1] * sizes[k];
    }
    // The error of each layer but the input, and the gradient of each matrix.
    return 3 * forward - 2.0 * batch * sizes[0] * sizes[1];
  }

  /** Such as {@code 2-4-1, batch 4, sigmoid, log, sgd}. */
  public String description() {
    if (network != null) {
      return (network + ", batch " + batch + ", " + updateRule).toLowerCase(Locale.ROOT).replace('_', '-');
    }
    String widths = String.join("-", Arrays.stream(sizes).mapToObj(Integer::toString).toList());
    String rest = String.join(", ", List.of("batch " + batch, activation.name(), loss.name(), updateRule.name()));
    return widths + ", " + rest.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
