package dev.nngen.plan;

/**
 * A product of matrices and the loop nest that runs on each block of the product while the block is in the nearest cache.
 *
 * @param nest over the rows and columns of the product
 * @param isStored whether the product must be stored; false if only the nest reads it
 */
public record ProductEpilogue(MatrixProduct product, LoopNest nest, boolean isStored) {}
