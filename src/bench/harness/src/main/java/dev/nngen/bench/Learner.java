package dev.nngen.bench;

/**
 * A library that trains 784-128-10 in f32: relu, softmax with cross-entropy, weights drawn uniformly by Glorot's rule, biases 0, Adam
 * with a rate of 0.001, batches of {@link #BATCH}.
 */
public interface Learner {

  int INPUTS = 784;
  int HIDDEN = 128;
  int CLASSES = 10;
  int BATCH = 64;
  double RATE = 1e-3;

  /** The name as a peer. */
  String name();

  /** Sets the training data, one sample after another, and starts with new weights. */
  void start(float[] images, float[] targets, long seed) throws Exception;

  /** Runs a step for each batch of all samples, in an order given by the seed. */
  void epoch(long seed) throws Exception;

  /** Predicts at most {@link #BATCH} images, sample by sample. */
  float[] predict(float[] images) throws Exception;
}
