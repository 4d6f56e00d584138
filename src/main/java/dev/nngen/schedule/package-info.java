/**
 * How a plan is computed: a loop language whose programs are records that can be printed and verified, the lowering of kernels to it,
 * and the passes that rewrite it. Code generation only prints what comes out.
 */
package dev.nngen.schedule;

