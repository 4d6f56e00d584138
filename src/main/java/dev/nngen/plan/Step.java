package dev.nngen.plan;

/** What a kernel does, in order. */
public sealed interface Step permits MatrixProduct, LoopNest, Sequence {}
