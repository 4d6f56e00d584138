/** Metrics of predictions, for classes and for numbers. */
package dev.nngen.train.metric;
