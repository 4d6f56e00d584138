/**
 * Formulas of a graph's values as trees, in mathematical notation.
 *
 * <p>{@link dev.nngen.formula.FormulaBuilder} turns wired axes back into matrix notation (products, transposes, entrywise operators, row and column
 * sums) or writes the value per entry, with indices. Printers turn the tree into text, LaTeX, MathML and the language itself.
 */
package dev.nngen.formula;
