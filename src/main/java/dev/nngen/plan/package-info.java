/**
 * From a simplified graph to a {@link dev.nngen.plan.Plan}: which values are kept in memory and how they lie there, which
 * computations share a loop, in which order they run and which values share storage. A plan names no library and no Java;
 * {@code codegen} turns its kernels into methods.
 */
package dev.nngen.plan;
