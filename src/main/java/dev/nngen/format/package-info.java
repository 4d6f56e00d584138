/** The formatter: changes white space, and not words or comments. */
package dev.nngen.format;
