/**
 * The graph: tensors in index notation, built from few primitives.
 *
 * <p>A {@link dev.nngen.ir.Node} is a function of its <em>loop axes</em>. An operand is a {@link dev.nngen.ir.View}: a node together with the loop
 * axis that addresses each of its own axes. So transposition, broadcasting and reduction are wiring and not operations. Axes of extent 1 do not
 * exist: a 1 x n matrix has one axis, a 1 x 1 matrix none.
 *
 * <p>{@link dev.nngen.ir.Graph} holds nodes in topological order, each structure once (hash consing), and the names of values. It imports no other
 * package of the compiler except {@code diag}.
 */
package dev.nngen.ir;
