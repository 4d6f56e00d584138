package dev.nngen.plan;

/** The entry points of a generated class that run kernels. STATES has what a step computes for the model's states beside its gradients, before UPDATE changes parameters. */
public enum Program { PREDICT, LOSS, GRADIENTS, STATES, UPDATE }
