/**
 * Derivations of gradients as documents.
 *
 * <p>{@link dev.nngen.explain.Deriver} makes a {@link dev.nngen.explain.Derivation} from the graphs before and after simplification; renderers write
 * it as text, Markdown, LaTeX, HTML, JSON or a picture.
 */
package dev.nngen.explain;
