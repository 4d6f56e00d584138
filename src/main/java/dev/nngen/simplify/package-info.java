/**
 * What values mean, and the cheapest stable way to compute them.
 *
 * <ul>
 *   <li>{@link dev.nngen.simplify.NormalForms} reads a graph and gives every node its <em>meaning</em>: a rational function of
 *       atoms (leaf entries, exponentials, sums over an axis, ...). Nodes that compute the same have equal meanings.
 *   <li>{@link dev.nngen.simplify.Extraction} writes a graph: of the forms that the text, the chain rule and rules propose for a value it
 *       takes one that is finite and exact, then the cheapest.
 *   <li>{@link dev.nngen.simplify.Prover} compares meanings.
 * </ul>
 */
package dev.nngen.simplify;
