package dev.nngen.explain;

/**
 * A derivation as part of another HTML page.
 *
 * @param style CSS, to be included before the page's own
 * @param body elements; the highest heading is {@code h3}
 */
public record HtmlFragment(String style, String body) {

  /** Returns the CSS of all derivations. */
  public static String stylesheet() {
    return HtmlRenderer.style();
  }

  /** Returns the content of the derivation's HTML file. */
  public static HtmlFragment of(Derivation derivation) {
    String body = new HtmlRenderer().content(derivation);
    for (int level = 3; level >= 2; level--) {
      body = body.replaceAll("<h" + level + "(?=[ >])", "<h" + (level + 1)).replace("</h" + level + ">", "</h" + (level + 1) + ">");
    }
    return new HtmlFragment(HtmlRenderer.style(), body);
  }
}
