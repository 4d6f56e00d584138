/** {@code nngen serve}: a page on the local host that shows what follows from a model while one writes it. */
package dev.nngen.serve;
