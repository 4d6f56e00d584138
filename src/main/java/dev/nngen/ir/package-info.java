/**
 * The graph: tensors in index notation, built from a handful of primitives.
 *
 * <p>A {@link dev.nngen.ir.Node} is a function of its <em>loop axes</em>. An operand is a {@link dev.nngen.ir.View}: a
 * node together with the loop axis that addresses each of its own axes. Transposition, broadcasting and reduction are
 * therefore wiring and not operations. Axes of extent one do not exist: a 1 x n matrix has one axis, a 1 x 1 matrix none.
 *
 * <p>{@link dev.nngen.ir.Graph} holds nodes in topological order, each structure once (hash consing), and the names under
 * which values are known. It imports nothing of the compiler but {@code diag}.
 */
package dev.nngen.ir;
