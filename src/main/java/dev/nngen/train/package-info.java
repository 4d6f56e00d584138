/**
 * Trains in memory: a model is compiled with {@code javax.tools}, its class is loaded and receives batches of a table. Subpackages are {@code data}
 * (files to tables), {@code metric} and {@code report}. This is the only package that runs EJML.
 */
package dev.nngen.train;
