package dev.nngen.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and writes JSON (RFC 8259) as maps in source order, lists, strings, doubles, booleans and null. */
public final class Json {

  private static final int MOST_NESTED = 50;
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]{4}");
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Returns the value of a text.
   *
   * @throws IllegalArgumentException if it is not JSON, or has a key twice
   */
  public static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.fault("the end");
    }
    return value;
  }

  private Object value(int depth) {
    skipSpace();
    if (depth > MOST_NESTED) {
      throw fault("less nesting");
    }
    if (at == text.length()) {
      throw fault("a value");
    }
    return switch (text.charAt(at)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    for (boolean first = true; !accept('}'); first = false) {
      separator(first);
      skipSpace();
      String name = string();
      if (!accept(':')) {
        throw fault("a colon");
      }
      if (object.containsKey(name)) {
        throw fault("each name once, not " + name + " twice");
      }
      object.put(name, value(depth + 1));
    }
    return object;
  }

  private List<Object> array(int depth) {
    List<Object> array = new ArrayList<>();
    at++;
    for (boolean first = true; !accept(']'); first = false) {
      separator(first);
      array.add(value(depth + 1));
    }
    return array;
  }

  private void separator(boolean first) {
    if (!first && !accept(',')) {
      throw fault("a comma");
    }
  }

  private String string() {
    if (at == text.length() || text.charAt(at++) != '"') {
      throw fault("a string");
    }
    StringBuilder string = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw fault("no control character");
      }
      string.append(c == '\\' ? escaped() : c);
    }
    if (at++ == text.length()) {
      throw fault("a quote");
    }
    return string.toString();
  }

  private char escaped() {
    char c = at < text.length() ? text.charAt(at++) : ' ';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw fault("an escape");
    };
  }

  private char unicode() {
    if (at + 4 > text.length() || !HEXADECIMAL.matcher(text.substring(at, at + 4)).matches()) {
      throw fault("four hexadecimal digits");
    }
    at += 4;
    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw fault("a value");
    }
    at += word.length();
    return value;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    if (!NUMBER.matcher(number).matches()) {
      throw fault("a value");
    }
    return Double.valueOf(number);
  }

  private boolean accept(char wanted) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException fault(String wanted) {
    return new IllegalArgumentException("the JSON text is wrong: expected " + wanted + " at character " + (at + 1));
  }

  /**
   * Returns the text of a value of maps, lists, strings, numbers, booleans and null. Characters outside ASCII are escaped; numbers must be
   * finite.
   */
  public static String write(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream().map(entry -> quoted(entry.getKey().toString()) + ":" + write(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    } else if (value instanceof List<?> list) {
      return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
    } else if (value instanceof double[] numbers) {
      return Arrays.stream(numbers).mapToObj(Json::write).collect(Collectors.joining(",", "[", "]"));
    } else if (value instanceof String string) {
      return quoted(string);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      throw new IllegalArgumentException("JSON has no " + number);
    }
    return String.valueOf(value);
  }

  /** Returns the value itself; null for a number that is not finite, which JSON does not have. */
  static Object finite(Object value) {
    return value instanceof Double number && !Double.isFinite(number) ? null : value;
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int k = 0; k < text.length(); k++) {
      char c = text.charAt(k);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
