package dev.nngen.plan;

/**
 * {@code to = scale * left * right}, either factor transposed if so marked, never both.
 *
 * @param scale a number that depends on no loop; one where nothing is scaled
 */
public record MatrixProduct(Tensor to, Scalar scale, Tensor left, boolean leftTransposed, Tensor right,
    boolean rightTransposed) implements Step {}
