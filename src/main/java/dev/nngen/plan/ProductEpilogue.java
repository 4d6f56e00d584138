package dev.nngen.plan;

/**
 * A product of matrices and the nest of loops behind it that can run on each block of the product as soon as that is computed,
 * while it is still in the nearest cache.
 *
 * @param nest over the rows and columns of the product
 * @param isStored true where the product is wanted in memory, false where nobody but the nest reads it
 */
public record ProductEpilogue(MatrixProduct product, LoopNest nest, boolean isStored) {}
