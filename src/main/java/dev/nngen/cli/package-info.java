/** The command line: reads arguments, calls the compiler, prints results. */
package dev.nngen.cli;
