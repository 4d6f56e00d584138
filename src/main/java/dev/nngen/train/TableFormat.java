package dev.nngen.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a table is written, a line for each row. */
public enum TableFormat {
  /** RFC 4180, with a header. */
  CSV,
  /** JSON Lines: an object for each row. */
  JSON;

  /** The line before all rows. */
  Optional<String> header(List<String> names) {
    return this == CSV ? Optional.of(joined(names)) : Optional.empty();
  }

  /** A row. Numbers read back to the same bits; one that is not finite is null in JSON. */
  String line(List<String> names, List<?> values) {
    if (this == CSV) {
      return joined(values);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    for (int k = 0; k < values.size(); k++) {
      object.put(names.get(k), Json.finite(values.get(k)));
    }
    return Json.write(object);
  }

  private static String joined(List<?> fields) {
    return fields.stream().map(field -> quoted(field.toString())).collect(Collectors.joining(","));
  }

  /** A field in quotes where it needs them. */
  private static String quoted(String field) {
    boolean plain = field.equals(field.strip()) && field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : "\"" + field.replace("\"", "\"\"") + "\"";
  }
}
