/** How good predictions are: for classes, for numbers. */
package dev.nngen.train.metric;
