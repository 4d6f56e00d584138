package dev.nngen.codegen;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;

/** Reads {@link FixedNames} from the text of a class with marked names and without imports, member by member. */
final class FixedNamesReader {

  private static final Set<String> PRIMITIVES = Set.of("boolean", "byte", "char", "double", "float", "int", "long", "short", "void");
  /** Matches comments, literals and spaces, or a token as group 1. */
  private static final Pattern TOKEN = Pattern.compile("/\\*(?s:.*?)\\*/|//[^\n]*+|\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+'"
      + "|\\.?[0-9][\\w.]*+|\\s++|(\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+|::|->|.)");

  private final Set<String> names = new HashSet<>();
  private final Set<String> methods = new HashSet<>();
  private final Set<String> niladic = new HashSet<>();

  private FixedNamesReader() {
    Arrays.stream(Object.class.getDeclaredMethods()).filter(method -> method.getParameterCount() == 0).map(Method::getName).forEach(niladic::add);
    methods.addAll(niladic);
  }

  /** @param packageName of the class, of which the first word is a name */
  static FixedNames read(String packageName, String java) {
    FixedNamesReader reader = new FixedNamesReader();
    reader.names.add(packageName.replaceFirst("\\..*", ""));
    reader.readMembers(TOKEN.matcher(java).results().map(found -> found.group(1)).filter(Objects::nonNull).toList());
    return new FixedNames(Set.copyOf(reader.names), Set.copyOf(reader.methods), Set.copyOf(reader.niladic));
  }

  /** Reads all members, including the head of the class. */
  private void readMembers(List<String> tokens) {
    int start = 0;
    int braces = 0;
    for (int k = 0; k < tokens.size(); k++) {
      String token = tokens.get(k);
      int before = braces;
      braces += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
      if (braces <= 1 && (token.equals(";") || token.equals("}") || before == 0 && braces == 1)) {
        readMember(tokens.subList(start, k + 1));
        start = k + 1;
      }
    }
  }

  private void readMember(List<String> tokens) {
    boolean nested = tokens.subList(0, Math.max(0, tokens.indexOf("{"))).stream().anyMatch(Set.of("class", "interface", "record")::contains);
    Set<String> used = new HashSet<>();
    Set<String> locals = new HashSet<>();
    boolean allocated = false;
    int depth = 0;
    for (int k = 0; k < tokens.size(); k++) {
      String token = tokens.get(k);
      depth += "({".contains(token) ? 1 : ")}".contains(token) ? -1 : 0;
      allocated |= token.endsWith(FixedNames.MARK);
      if (token.equals("->")) {
        addLambdaParameters(tokens, k - 1, locals);
      }
      if (!isName(token)) {
        continue;
      }
      if (isQualified(at(tokens, k - 1))) {
        // A qualified name in capitals is that of a type, which the class imports.
        used.addAll(Character.isUpperCase(token.charAt(0)) ? Set.of(token) : Set.of());
        continue;
      }
      boolean declares = isType(at(tokens, k - 1));
      boolean outer = depth == 0 && !nested;
      if (at(tokens, k + 1).equals("(") && !at(tokens, k - 1).equals("new")) {
        declareMethod(token, outer && declares, at(tokens, k + 2).equals(")"));
      } else {
        (declares && "=;,):?&|".contains(at(tokens, k + 1)) ? outer ? names : locals : used).add(token);
      }
    }
    used.removeAll(locals);
    names.addAll(used);
    names.addAll(allocated ? locals : Set.of());
  }

  /** Adds the names before an arrow: one, or a list in parentheses. */
  private static void addLambdaParameters(List<String> tokens, int last, Set<String> locals) {
    int first = tokens.get(last).equals(")") ? tokens.subList(0, last).lastIndexOf("(") : last;
    tokens.subList(first, last + 1).stream().filter(FixedNamesReader::isName).forEach(locals::add);
  }

  private void declareMethod(String name, boolean declares, boolean hasNoParameters) {
    if (declares) {
      methods.add(name);
    }
    if (declares && hasNoParameters) {
      niladic.add(name);
    }
  }

  private static String at(List<String> tokens, int k) {
    return k < 0 || k >= tokens.size() ? ";" : tokens.get(k);
  }

  private static boolean isName(String token) {
    return Character.isJavaIdentifierStart(token.charAt(0)) && !token.endsWith(FixedNames.MARK) && !SourceVersion.isKeyword(token);
  }

  private static boolean isQualified(String before) {
    return before.equals(".") || before.equals("::");
  }

  /** Whether the token can end a type, so that a following name is a declaration. */
  private static boolean isType(String token) {
    return isName(token) || PRIMITIVES.contains(token) || token.equals("]") || token.equals(">");
  }
}
