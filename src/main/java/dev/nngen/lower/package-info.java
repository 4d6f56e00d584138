/**
 * Turns the typed model into the graph. {@link dev.nngen.lower.Lowering} is the entry point; later stages know only the result,
 * {@link dev.nngen.lower.Program}.
 *
 * <p>Matrices become tensors without axes of extent one ({@code Matrices}), operators primitives ({@code Arithmetic}); numbers become coefficients,
 * constants and exponents. The optimizer, which is typed for one entry, is expanded for each parameter ({@code UpdateLowering}).
 */
package dev.nngen.lower;
