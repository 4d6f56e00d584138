/** The command line: reads arguments, calls the compiler, prints. */
package dev.nngen.cli;
