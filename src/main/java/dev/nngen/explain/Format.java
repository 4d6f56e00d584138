package dev.nngen.explain;

import java.util.Locale;
import java.util.Optional;

/** The kinds of document. */
public enum Format {
  TEXT, MARKDOWN, LATEX, HTML, JSON, SVG;

  /** Returns the format of that name, ignoring case. */
  public static Optional<Format> find(String name) {
    for (Format format : values()) {
      if (format.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /**
   * Renders the derivation in this format.
   *
   * @param ascii true for text in ASCII characters only
   * @param standalone true for LaTeX with a preamble, a complete document
   */
  public String render(Derivation derivation, boolean ascii, boolean standalone) {
    return switch (this) {
      case TEXT -> new TextRenderer(ascii).render(derivation);
      case MARKDOWN -> new MarkdownRenderer().render(derivation);
      case LATEX -> new LatexRenderer(standalone).render(derivation);
      case HTML -> new HtmlRenderer().render(derivation);
      case JSON -> new JsonRenderer().render(derivation);
      case SVG -> new SvgPicture(derivation).standalone();
    };
  }
}
