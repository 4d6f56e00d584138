/**
 * Symbolic differentiation in reverse mode: one adjoint rule per primitive ({@link dev.nngen.autodiff.Pullback}), one partial derivative per
 * entrywise function ({@link dev.nngen.autodiff.Partials}). A gradient is a graph and can be differentiated further.
 */
package dev.nngen.autodiff;
