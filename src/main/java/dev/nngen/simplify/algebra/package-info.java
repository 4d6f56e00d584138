/** Exact arithmetic of polynomials and rational functions over the rationals. Variables are numbers here; {@code simplify} defines their values. */
package dev.nngen.simplify.algebra;
