package dev.nngen.bench.dl4j;

import dev.nngen.bench.Learner;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deeplearning4j, f32, with MKL on one thread. */
public final class Dl4jLearner implements Learner {

  private MultiLayerNetwork network;
  private float[] images;
  private float[] targets;

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public void start(float[] images, float[] targets, long seed) {
    this.images = images;
    this.targets = targets;
    network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT).seed(seed).updater(new Adam(RATE))
        .weightInit(WeightInit.XAVIER_UNIFORM).list()
        .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(HIDDEN).activation(Activation.RELU).build())
        .layer(new OutputLayer.Builder(LossFunction.MCXENT).nIn(HIDDEN).nOut(CLASSES).activation(Activation.SOFTMAX).build())
        .build());
    network.init();
  }

  @Override
  public void epoch(long seed) {
    int samples = targets.length / CLASSES;
    int[] order = shuffled(samples, new SplittableRandom(seed));
    for (int from = 0; from < samples; from += BATCH) {
      int to = Math.min(samples, from + BATCH);
      network.fit(rows(images, INPUTS, order, from, to), rows(targets, CLASSES, order, from, to));
    }
  }

  private static int[] shuffled(int samples, SplittableRandom random) {
    int[] order = IntStream.range(0, samples).toArray();
    for (int i = samples - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int k = order[i];
      order[i] = order[j];
      order[j] = k;
    }
    return order;
  }

  private static INDArray rows(float[] values, int width, int[] order, int from, int to) {
    float[] rows = new float[(to - from) * width];
    for (int k = from; k < to; k++) {
      System.arraycopy(values, order[k] * width, rows, (k - from) * width, width);
    }
    return Nd4j.createFromArray(rows).reshape(to - from, width);
  }

  @Override
  public float[] predict(float[] images) {
    return network.output(Nd4j.createFromArray(images).reshape(images.length / INPUTS, INPUTS)).dup('c').data().asFloat();
  }
}
