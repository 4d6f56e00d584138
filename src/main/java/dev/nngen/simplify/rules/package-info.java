/** The table of rewrite rules: lines of text in the language's notation, one file for each theme, and the patterns that they are read as. */
package dev.nngen.simplify.rules;
