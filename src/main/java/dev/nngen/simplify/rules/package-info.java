/** The table of rewrite rules: lines of text in the language's notation, one file for each theme, and the patterns that result from them. */
package dev.nngen.simplify.rules;
