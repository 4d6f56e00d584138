package dev.nngen.explain;

/**
 * A derivation as part of another HTML page.
 *
 * @param style CSS, to stand before the page's own
 * @param body elements, the highest heading of which is {@code h2}
 */
public record HtmlFragment(String style, String body) {

  /** The same content that the HTML file of the derivation has. */
  public static HtmlFragment of(Derivation derivation) {
    String page = new HtmlRenderer().render(derivation);
    String body = between(page, "<body>\n", "</body>");
    for (int level = 3; level >= 1; level--) {
      body = body.replace("<h" + level + ">", "<h" + (level + 1) + ">").replace("</h" + level + ">", "</h" + (level + 1) + ">");
    }
    return new HtmlFragment(between(page, "<style>\n", "</style>"), body);
  }

  private static String between(String page, String start, String end) {
    int from = page.indexOf(start) + start.length();
    return page.substring(from, page.indexOf(end, from));
  }
}
