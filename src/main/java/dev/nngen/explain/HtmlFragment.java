package dev.nngen.explain;

/**
 * A derivation as part of another HTML page.
 *
 * @param style CSS, to stand before the page's own
 * @param body elements, the highest heading of which is {@code h3}
 */
public record HtmlFragment(String style, String body) {

  /** The CSS of all derivations. */
  public static String stylesheet() {
    return HtmlRenderer.style();
  }

  /** The same content that the HTML file of the derivation has. */
  public static HtmlFragment of(Derivation derivation) {
    String body = new HtmlRenderer().content(derivation);
    for (int level = 3; level >= 2; level--) {
      body = body.replaceAll("<h" + level + "(?=[ >])", "<h" + (level + 1)).replace("</h" + level + ">", "</h" + (level + 1) + ">");
    }
    return new HtmlFragment(HtmlRenderer.style(), body);
  }
}
