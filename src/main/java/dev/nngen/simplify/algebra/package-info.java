/**
 * Exact arithmetic of polynomials and rational functions over the rationals. Variables are numbers here; what they stand for
 * is the business of {@code simplify}.
 */
package dev.nngen.simplify.algebra;
