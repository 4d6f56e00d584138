package dev.nngen.bench;

/** The last layer's activation and the loss; always summed over the outputs and averaged over the samples. */
public enum Loss {
  /** A sigmoid and the negative log likelihood of 0 or 1. */
  LOG,
  /** Softmax and the cross-entropy of one of several classes. */
  CROSS_ENTROPY,
  /** No activation and the squared difference, without a factor 1/2. */
  SQUARED
}
