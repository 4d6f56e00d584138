/** Writes the report of a training: one self-contained HTML file, with pictures as SVG and small PNG images. */
package dev.nngen.train.report;
