package dev.nngen.ast;

import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** Writes a syntax tree out with everything but its spans, so that trees of different texts can be compared. */
public final class Spanless {

  private Spanless() {}

  public static String of(Object value) {
    if (value instanceof Span || value instanceof Source) {
      return "";
    } else if (value instanceof List<?> list) {
      return list.stream().map(Spanless::of).toList().toString();
    } else if (value instanceof Optional<?> optional) {
      return optional.map(Spanless::of).orElse("none");
    }
    return value instanceof Record record ? ofRecord(record) : String.valueOf(value);
  }

  private static String ofRecord(Record record) {
    StringBuilder out = new StringBuilder(record.getClass().getSimpleName()).append('(');
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        out.append(of(component.getAccessor().invoke(record))).append(' ');
      } catch (ReflectiveOperationException broken) {
        throw new AssertionError(broken);
      }
    }
    return out.append(')').toString();
  }
}
