package dev.nngen.codegen;

import java.util.List;
import java.util.regex.Pattern;

/** Replaces JavaPoet's spacing by that of handwritten code: one-line comments, fields in blocks. */
final class SourceFormatting {

  private static final Pattern FIELD = Pattern.compile("  private (?:static )?(?:final )?[\\w\\[\\]]+ \\w+(?: = .*)?;");
  private static final String OPEN = "/**";
  private static final String INSIDE = "* ";
  /** The longest text of a comment in one line. */
  private static final int LONGEST = 100;

  private SourceFormatting() {}

  static String tighten(String text) {
    List<String> lines = text.lines().toList();
    StringBuilder tight = new StringBuilder(text.length());
    for (int k = 0; k < lines.size(); k++) {
      String line = lines.get(k);
      if (isShortComment(lines, k)) {
        tight.append(line).append(' ').append(lines.get(k + 1).strip().substring(INSIDE.length())).append(" */\n");
        k += 2;
      } else if (!line.isEmpty() || !isField(lines, k - 1) || !isField(lines, k + 1)) {
        tight.append(line).append('\n');
      }
    }
    return tight.toString();
  }

  private static boolean isShortComment(List<String> lines, int k) {
    if (!lines.get(k).endsWith(OPEN) || k + 2 >= lines.size() || !lines.get(k + 2).strip().equals("*/")) {
      return false;
    }
    int length = lines.get(k + 1).strip().length() - INSIDE.length();
    return length > 0 && length <= LONGEST;
  }

  private static boolean isField(List<String> lines, int k) {
    return k >= 0 && k < lines.size() && lines.get(k).startsWith("  private ") && FIELD.matcher(lines.get(k)).matches();
  }
}
