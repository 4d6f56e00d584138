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

  /** As it is called among the peers. */
  String name();

  /** Takes what it trains on, one sample behind the other, and starts with new weights. */
  void start(float[] images, float[] targets, long seed) throws Exception;

  /** A step for each batch of all samples, in an order that the seed decides. */
  void epoch(long seed) throws Exception;

  /** What it makes of at most {@link #BATCH} images, sample by sample. */
  float[] predict(float[] images) throws Exception;
}
