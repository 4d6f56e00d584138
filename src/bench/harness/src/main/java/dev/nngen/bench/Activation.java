package dev.nngen.bench;

/** Activations of hidden layers. */
public enum Activation {
  SIGMOID,
  TANH,
  RELU
}
