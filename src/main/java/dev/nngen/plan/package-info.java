/**
 * Turns a simplified graph into a {@link dev.nngen.plan.Plan}: the stored values and their memory order, the computations that share a loop, the
 * order of execution and the values that share memory. A plan does not depend on a library or on Java; {@code codegen} turns its kernels into
 * methods.
 */
package dev.nngen.plan;
