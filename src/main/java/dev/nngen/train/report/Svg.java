package dev.nngen.train.report;

import java.util.Locale;

/** Writes the elements of one picture. Numbers have few digits, to keep files small. */
final class Svg {

  /** Maximum scale of a picture on a wide screen. */
  private static final double LARGEST = 1.25;

  private final StringBuilder text = new StringBuilder();

  /**
   * @param title description for screen readers
   */
  Svg(double width, double height, String title) {
    text.append("<svg class=\"chart\" viewBox=\"0 0 ").append(number(width)).append(' ').append(number(height))
        .append("\" style=\"max-width: ").append(number(width * LARGEST)).append("px\" role=\"img\" aria-label=\"").append(escape(title)).append("\">\n");
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    text.append("<line class=\"").append(style).append("\" x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1))
        .append("\" x2=\"").append(number(x2)).append("\" y2=\"").append(number(y2)).append("\"/>\n");
    return this;
  }

  /** Adds a rectangle; {@code attributes} such as a fill may be empty. */
  Svg rectangle(String style, double x, double y, double width, double height, String attributes) {
    text.append("<rect class=\"").append(style).append("\" x=\"").append(number(x)).append("\" y=\"").append(number(y)).append("\" width=\"")
        .append(number(width)).append("\" height=\"").append(number(height)).append('"').append(attributes).append("/>\n");
    return this;
  }

  Svg circle(String style, double x, double y, double radius) {
    text.append("<circle class=\"").append(style).append("\" cx=\"").append(number(x)).append("\" cy=\"").append(number(y))
        .append("\" r=\"").append(number(radius)).append("\"/>\n");
    return this;
  }

  /** @param anchor start, middle or end */
  Svg text(String style, double x, double y, String anchor, String words) {
    text.append("<text class=\"").append(style).append("\" x=\"").append(number(x)).append("\" y=\"").append(number(y))
        .append("\" text-anchor=\"").append(anchor).append("\">").append(escape(words)).append("</text>\n");
    return this;
  }

  /** Adds a path through points given as x, y, x, y, ... */
  Svg path(String style, String data) {
    text.append("<path class=\"").append(style).append("\" d=\"").append(data).append("\"/>\n");
    return this;
  }

  /** Adds text that runs upwards. */
  Svg upright(double x, double y, String words) {
    text.append("<text transform=\"translate(").append(number(x)).append(' ').append(number(y)).append(") rotate(-90)\" text-anchor=\"middle\">")
        .append(escape(words)).append("</text>\n");
    return this;
  }

  /** Adds a name that rises to its end, where it is anchored. */
  Svg turned(double x, double y, String words) {
    text.append("<text class=\"name\" transform=\"translate(").append(number(x)).append(' ').append(number(y)).append(") rotate(-45)\" text-anchor=\"end\">")
        .append(escape(words)).append("</text>\n");
    return this;
  }

  String close() {
    return text.append("</svg>\n").toString();
  }

  static String number(double value) {
    String number = String.format(Locale.ROOT, "%.2f", value);
    return number.replaceFirst("\\.?0+$", "").replaceFirst("^-0$", "0");
  }

  /** Escapes text for HTML; control characters are removed. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\ufffd");
  }
}
