package dev.nngen.explain;

import dev.nngen.explain.PictureLayout.Arrow;
import dev.nngen.explain.PictureLayout.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the forward and backward pass of the network as SVG 1.1: values and parameters, their gradients, and arrows for dependences. */
final class SvgPicture {

  /** Colors follow the reader's light or dark mode. */
  static final String STYLE = """
      .nn { --ink: #1c2430; --faint: #5b6675; --fill: #f4f6f9; --line: #8a94a3; --forward: #2458a6; --back: #b0480f; --page: #ffffff; }
      @media (prefers-color-scheme: dark) { .nn { --ink: #e6e9ee; --faint: #a3adba; --fill: #232a34; --line: #7b8696;
        --forward: #7fb0ff; --back: #ffa66b; --page: #161b22; } }
      @media print { .nn { --ink: #000; --faint: #444; --fill: #fff; --line: #666; --forward: #2458a6; --back: #b0480f; --page: #fff; } }
      .nn text { font: 13px system-ui, sans-serif; fill: var(--ink); }
      .nn text.shape, .nn text.title { font-size: 11px; fill: var(--faint); }
      .nn rect { fill: var(--fill); stroke: var(--line); }
      .nn rect.value { stroke: var(--forward); } .nn rect.loss { stroke: var(--forward); stroke-width: 2; }
      .nn rect.adjoint, .nn rect.gradient { stroke: var(--back); } .nn rect.gradient { stroke-width: 2; }
      .nn path { fill: none; stroke-linejoin: round; stroke-width: 1.2; }
      .nn path.loop { stroke-dasharray: 5 3; }
      .nn path.forward { stroke: var(--forward); } .nn path.back { stroke: var(--back); }
      """;

  private static final int LONGEST_NAME = 13;

  private final PictureLayout layout;

  SvgPicture(Derivation derivation) {
    this.layout = new PictureLayout(derivation);
  }

  /** Returns a complete file. */
  String standalone() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element("<style>\n" + STYLE + "</style>\n"
        + "<rect class=\"page\" width=\"100%\" height=\"100%\" style=\"fill: var(--page); stroke: none\"/>\n") + "\n";
  }

  /** Returns the element for a page that includes {@link #STYLE}. */
  String element(String before) {
    List<String> parts = new ArrayList<>();
    parts.add(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"nn\" role=\"img\" "
        + "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">", layout.width(), layout.height(), layout.width(), layout.height()));
    parts.add("<title>The network forward and backward</title>");
    parts.add(before + marker("forward") + marker("back"));
    layout.arrows().forEach(arrow -> parts.add(path(arrow)));
    layout.boxes().forEach(box -> parts.add(box(box)));
    parts.add(titles());
    parts.add("</svg>");
    return String.join("\n", parts);
  }

  private String titles() {
    int left = layout.boxes().stream().filter(box -> isForward(box)).mapToInt(Box::x).max().orElse(0);
    int right = layout.boxes().stream().filter(box -> box.kind() == PictureLayout.Kind.ADJOINT).mapToInt(Box::x).max().orElse(-1);
    String forward = title(left, "forward");
    return right < 0 ? forward : forward + title(right, "backward");
  }

  private static boolean isForward(Box box) {
    return box.kind() == PictureLayout.Kind.VALUE || box.kind() == PictureLayout.Kind.LOSS;
  }

  private static String title(int x, String text) {
    return String.format(Locale.ROOT, "<text class=\"title\" x=\"%d\" y=\"26\">%s</text>", x, text);
  }

  private static String marker(String name) {
    return "<defs><marker id=\"nn-" + name + "\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
        + "<path d=\"M0 0 L8 4 L0 8 z\" style=\"stroke: none; fill: var(--" + name + ")\"/></marker></defs>";
  }

  private static String path(Arrow arrow) {
    StringBuilder d = new StringBuilder();
    for (int i = 0; i < arrow.points().size(); i += 2) {
      d.append(i == 0 ? "M" : " L").append(arrow.points().get(i)).append(' ').append(arrow.points().get(i + 1));
    }
    String name = arrow.back() ? "back" : "forward";
    return "<path class=\"" + name + (arrow.loop() ? " loop" : "") + "\" d=\"" + d + "\" marker-end=\"url(#nn-" + name + ")\"/>";
  }

  private static String box(Box box) {
    String kind = box.kind().name().toLowerCase(Locale.ROOT);
    String shape = box.shape().replace(" x ", " × ");
    return String.format(Locale.ROOT, "<g><title>%s, %s</title><rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
        + "<text x=\"%d\" y=\"%d\">%s</text><text class=\"shape\" text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>"
        + "<text class=\"shape\" x=\"%d\" y=\"%d\">%s</text></g>",
        HtmlRenderer.escape(box.name()), shape, kind, box.x(), box.y(), box.width(), PictureLayout.BOX_HEIGHT,
        box.x() + 8, box.y() + 17, HtmlRenderer.escape(shortened(shown(box), LONGEST_NAME + (shape.isEmpty() ? 14 : 0))), box.right() - 8, box.y() + 17, shape,
        box.x() + 8, box.y() + 34, HtmlRenderer.escape(shortened(box.detail(), (box.width() - 16) * 10 / 66)));
  }

  private static String shown(Box box) {
    boolean gradient = box.kind() == PictureLayout.Kind.ADJOINT || box.kind() == PictureLayout.Kind.GRADIENT;
    return !gradient ? box.name() : box.name().startsWith("d/d") ? box.name().substring(3) : box.name().replaceFirst("^d", "∂").replace("/d", "/∂");
  }

  private static String shortened(String name, int longest) {
    return name.length() <= longest ? name : name.substring(0, longest - 1) + "…";
  }
}
