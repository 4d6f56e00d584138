package dev.nngen.bench;

/** A library that trains the network of {@link Workload#Text} in f32 with AdamW and a rate of {@value #RATE}. Words and labels are stored sample by sample. */
public interface TextLearner {

  double RATE = 1e-3;

  /** The name as a peer. */
  String name();

  /** Begins with these parameters, in the order of {@link Network}. */
  void start(double[] parameters) throws Exception;

  /** A training step with a batch. */
  void step(int[] words, int[] labels) throws Exception;

  /** Returns the loss of a batch and changes nothing. */
  double loss(int[] words, int[] labels) throws Exception;
}
