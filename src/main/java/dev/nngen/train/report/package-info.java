/** The report of a training: one HTML file that needs nothing else, its pictures plain SVG and small PNG images inside it. */
package dev.nngen.train.report;
