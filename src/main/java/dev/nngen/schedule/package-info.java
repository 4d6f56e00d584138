/**
 * Turns a plan into loop programs: a loop language whose programs are records that can be printed and verified, the lowering of kernels to it, and
 * the passes that rewrite it. Code generation prints the result.
 */
package dev.nngen.schedule;

