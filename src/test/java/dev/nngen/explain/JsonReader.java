package dev.nngen.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly (RFC 8259); IllegalArgumentException if the text is not JSON. */
final class JsonReader {

  private final String text;
  private int at;

  JsonReader(String text) {
    this.text = text;
  }

  Object read() {
    Object value = value();
    space();
    if (at != text.length()) {
      throw new IllegalArgumentException("more text at " + at);
    }
    return value;
  }

  private void space() {
    while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean accept(char c) {
    space();
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw new IllegalArgumentException(c + " wanted at " + at + ": " + text.substring(at, Math.min(at + 20, text.length())));
    }
  }

  private Object value() {
    space();
    char c = text.charAt(at);
    if (c == '{') {
      return object();
    }
    if (c == '[') {
      return array();
    }
    return c == '"' ? string() : word();
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    do {
      space();
      String name = string();
      expect(':');
      members.put(name, value());
    } while (accept(','));
    expect('}');
    return members;
  }

  private List<Object> array() {
    List<Object> items = new ArrayList<>();
    expect('[');
    if (accept(']')) {
      return items;
    }
    do {
      items.add(value());
    } while (accept(','));
    expect(']');
    return items;
  }

  private String string() {
    expect('"');
    StringBuilder read = new StringBuilder();
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw new IllegalArgumentException("a control character in a string");
      }
      read.append(c == '\\' ? escaped() : c);
    }
    at++;
    return read.toString();
  }

  private char escaped() {
    char c = text.charAt(at++);
    if (c == 'u') {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }
    int known = "\"\\/bfnrt".indexOf(c);
    if (known < 0) {
      throw new IllegalArgumentException("unknown escape " + c);
    }
    return "\"\\/\b\f\n\r\t".charAt(known);
  }

  private Object word() {
    int start = at;
    while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0 || Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> "";
      default -> Double.valueOf(word);
    };
  }
}
