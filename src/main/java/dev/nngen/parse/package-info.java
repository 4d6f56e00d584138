/** From text to {@link dev.nngen.ast.SourceFile}: everything that knows ANTLR. */
package dev.nngen.parse;
