/**
 * From a {@link dev.nngen.plan.Plan} to Java text. The only package that uses JavaPoet and that names EJML.
 *
 * <p>{@link dev.nngen.codegen.JavaEmitter} puts the class together from its parts: fields, entry points, kernels, access
 * to parameters, files. A {@link dev.nngen.codegen.KernelSet} says how the steps of a kernel compute.
 */
package dev.nngen.codegen;
