package dev.nngen.plan;

/** An operation of a kernel. */
public sealed interface Step permits MatrixProduct, LoopNest, Sequence {}
