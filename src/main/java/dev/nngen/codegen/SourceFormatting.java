package dev.nngen.codegen;

import java.util.regex.Pattern;

/** Brings JavaPoet's generous spacing to the form in which people write: comments of one line, fields in blocks. */
final class Typography {

  private static final Pattern SHORT_COMMENT = Pattern.compile("/\\*\\*\\n +\\* ([^\\n]{1,100})\\n +\\*/");
  private static final Pattern FIELDS = Pattern.compile("(?m)^(  private (?:static )?(?:final )?[\\w\\[\\]]+ \\w+(?: = [^\\n]*)?;\\n)\\n"
      + "(?=  private (?:static )?(?:final )?[\\w\\[\\]]+ \\w+(?: = [^\\n]*)?;\\n)");

  private Typography() {}

  static String tighten(String text) {
    String shorter = SHORT_COMMENT.matcher(text).replaceAll("/** $1 */");
    return FIELDS.matcher(shorter).replaceAll("$1");
  }
}
