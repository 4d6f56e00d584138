package dev.nngen.bench;

/** What hidden layers apply to each entry. */
public enum Activation {
  SIGMOID,
  TANH,
  RELU
}
