/** Parses text to a {@link dev.nngen.ast.SourceFile}. This is the only package that uses ANTLR. */
package dev.nngen.parse;
