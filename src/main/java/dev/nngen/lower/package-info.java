/**
 * From the typed model to the graph. {@link dev.nngen.lower.Lowering} is the way in, {@link dev.nngen.lower.Lowered} what comes
 * out and all that later stages know of a model.
 *
 * <p>Matrices become tensors without axes of extent one ({@code Matrices}), operators primitives ({@code Arithmetic}); numbers
 * become coefficients, constants and exponents. The optimizer, typed for one entry, is written out for each parameter
 * ({@code UpdateLowering}).
 */
package dev.nngen.lower;
