package dev.nngen.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Format of a table, one line per row. */
public enum TableFormat {
  /** RFC 4180, with a header. */
  CSV,
  /** JSON Lines: one object per row. */
  JSON;

  /** Returns the line before all rows. */
  Optional<String> header(List<String> names) {
    return this == CSV ? Optional.of(joined(names)) : Optional.empty();
  }

  /** Returns a row. Numbers are written exactly; one that is not finite is null in JSON. */
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

  /** Returns a field in quotes if it needs them. */
  private static String quoted(String field) {
    boolean plain = field.equals(field.strip()) && field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : "\"" + field.replace("\"", "\"\"") + "\"";
  }
}
