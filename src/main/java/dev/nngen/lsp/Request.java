package dev.nngen.lsp;

import dev.nngen.train.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A message from the client. Members of its JSON are read by path. */
record Request(Map<?, ?> json) {

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if the text is not a JSON object
   */
  static Request parse(String text) {
    if (Json.parse(text) instanceof Map<?, ?> map) {
      return new Request(map);
    }
    throw new IllegalArgumentException("a message is a JSON object");
  }

  /** Returns the id that the answer repeats, empty for notifications and responses of the client. */
  Optional<Object> id() {
    return get("id").map(id -> id instanceof Double number && number == Math.rint(number) ? (Object) number.longValue() : id);
  }

  /** Returns the method, empty for a response of the client. */
  Optional<String> method() {
    return text("method");
  }

  /** Returns a nested member, such as {@code params}, {@code textDocument}, {@code uri}. */
  Optional<Object> get(String... path) {
    Object at = json;
    for (String name : path) {
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return Optional.ofNullable(at);
  }

  Optional<String> text(String... path) {
    return get(path).filter(String.class::isInstance).map(String.class::cast);
  }

  /** Returns the elements of an array, none if it is missing. */
  List<?> list(String... path) {
    return get(path).filter(List.class::isInstance).map(list -> (List<?>) list).orElse(List.of());
  }

  /** Returns the URI of the message's document. */
  String uri() {
    return text("params", "textDocument", "uri").orElseThrow(() -> new IllegalArgumentException("a message without the URI of a document"));
  }
}
