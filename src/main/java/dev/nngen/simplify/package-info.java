/**
 * Normal forms of values, and extraction of their cheapest stable forms.
 *
 * <ul>
 * <li>{@link dev.nngen.simplify.NormalForms} computes the <em>normal form</em> of every node: a rational function of atoms (leaf entries,
 * exponentials, sums over an axis, ...). Nodes of equal value have equal normal forms.
 * <li>{@link dev.nngen.simplify.Extraction} writes a graph. Among the forms that the text, the chain rule and the rules propose for a value it
 * chooses one that is finite and accurate, then the cheapest.
 * <li>{@link dev.nngen.simplify.Prover} compares normal forms.
 * </ul>
 */
package dev.nngen.simplify;
