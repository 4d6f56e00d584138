/**
 * Training in memory: a model is compiled with {@code javax.tools}, its class loaded and fed with batches of a table. Below
 * it lie {@code data} (files to tables), {@code metric} and {@code report}. The only package that runs EJML.
 */
package dev.nngen.train;
