package dev.nngen.plan;

/** The entry points of a generated class that run kernels. */
public enum Program { PREDICT, LOSS, GRADIENTS, UPDATE }
