package dev.nngen.codegen;

import java.util.regex.Pattern;

/** Replaces JavaPoet's spacing by that of handwritten code: one-line comments, fields in blocks. */
final class SourceFormatting {

  private static final Pattern SHORT_COMMENT = Pattern.compile("/\\*\\*\\n +\\* ([^\\n]{1,100})\\n +\\*/");
  private static final Pattern FIELDS = Pattern.compile("(?m)^(  private (?:static )?(?:final )?[\\w\\[\\]]+ \\w+(?: = [^\\n]*)?;\\n)\\n"
      + "(?=  private (?:static )?(?:final )?[\\w\\[\\]]+ \\w+(?: = [^\\n]*)?;\\n)");

  private SourceFormatting() {}

  static String tighten(String text) {
    String shorter = SHORT_COMMENT.matcher(text).replaceAll("/** $1 */");
    return FIELDS.matcher(shorter).replaceAll("$1");
  }
}
