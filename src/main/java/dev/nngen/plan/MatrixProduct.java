package dev.nngen.plan;

/**
 * The step {@code to = scale * left * right}; at most one factor is transposed.
 *
 * @param scale a number that does not depend on loops; one if there is none
 */
public record MatrixProduct(Tensor to, Scalar scale, Tensor left, boolean leftTransposed, Tensor right,
    boolean rightTransposed) implements Step {}
