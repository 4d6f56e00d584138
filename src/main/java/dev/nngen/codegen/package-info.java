/**
 * Turns a {@link dev.nngen.plan.Plan} into Java text. This is the only package that uses JavaPoet and that names EJML.
 *
 * <p>{@link dev.nngen.codegen.JavaEmitter} assembles the class from its parts: fields, entry points, kernels, access to parameters, files. A
 * {@link dev.nngen.codegen.KernelSet} determines how the steps of a kernel compute.
 */
package dev.nngen.codegen;
