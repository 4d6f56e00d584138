package dev.nngen.random;

import dev.nngen.ast.Expr;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Syntax trees that differ from one in one place, where something is left out or is simpler. Most of them are no sound models. */
final class Simpler {

  private static final List<String> NUMBERS = List.of("1", "2");

  private Simpler() {}

  /** What saves most comes first: items, then statements, then parts of expressions; then a name's definition for the name, and numbers. */
  static Stream<SourceFile> files(SourceFile file) {
    return Stream.of(simpler(file), written(file), numbers(file)).flatMap(files -> files).map(SourceFile.class::cast);
  }

  private static Stream<Object> simpler(Object value) {
    if (value instanceof List<?> list) {
      return Stream.concat(IntStream.range(0, list.size()).mapToObj(k -> without(list, k)),
          IntStream.range(0, list.size()).boxed().flatMap(k -> simpler(list.get(k)).map(with -> with(list, k, with))));
    } else if (value instanceof Optional<?> optional) {
      return optional.stream().flatMap(inside -> Stream.concat(Stream.of(Optional.empty()), simpler(inside).map(Optional::of)));
    } else if (value instanceof Expr expr) {
      return Stream.of(operands(expr), Stream.of(new Expr.Literal("1", expr.span())), parts(expr)).flatMap(all -> all);
    }
    return value instanceof Record record ? parts(record) : Stream.empty();
  }

  private static Stream<Object> parts(Object value) {
    Object[] parts = components((Record) value);
    return IntStream.range(0, parts.length).boxed().flatMap(k -> simpler(parts[k]).map(part -> {
      Object[] changed = parts.clone();
      changed[k] = part;
      return changed;
    })).flatMap(changed -> rebuilt((Record) value, changed).stream());
  }

  /** The subexpressions of an expression; each may replace it. */
  private static Stream<Object> operands(Expr expr) {
    return inside(components((Record) expr)).flatMap(operand -> Stream.concat(Stream.of(operand), operands(operand)));
  }

  private static Stream<Expr> inside(Object[] parts) {
    return Arrays.stream(parts).flatMap(part -> part instanceof Expr expr ? Stream.of(expr)
        : part instanceof List<?> list ? inside(list.toArray()) : part instanceof Expr.Argument argument ? Stream.of(argument.value()) : Stream.empty());
  }

  private static List<Object> without(List<?> list, int k) {
    List<Object> rest = new ArrayList<>(list);
    rest.remove(k);
    return rest;
  }

  private static List<Object> with(List<?> list, int k, Object value) {
    List<Object> changed = new ArrayList<>(list);
    changed.set(k, value);
    return changed;
  }

  /** Substitutes a definition's value for its name, so that the definition can be removed. */
  private static Stream<Object> written(SourceFile file) {
    return descendants(file).filter(Statement.Definition.class::isInstance).map(Statement.Definition.class::cast)
        .map(definition -> replaced(file, part -> part instanceof Expr.Name name && name.name().equals(definition.name().name()) ? definition.value() : part));
  }

  /** Replaces all occurrences of a number, so that sizes still match. */
  private static Stream<Object> numbers(SourceFile file) {
    return descendants(file).filter(Expr.Literal.class::isInstance).map(literal -> ((Expr.Literal) literal).text()).distinct()
        .flatMap(number -> NUMBERS.stream().map(small ->
            replaced(file, part -> part instanceof Expr.Literal literal && literal.text().equals(number) ? new Expr.Literal(small, literal.span()) : part)));
  }

  private static Stream<Object> descendants(Object value) {
    Stream<Object> inside = value instanceof List<?> list ? list.stream().flatMap(Simpler::descendants)
        : value instanceof Optional<?> optional ? optional.stream().flatMap(Simpler::descendants)
        : value instanceof Record record ? Arrays.stream(components(record)).flatMap(Simpler::descendants) : Stream.empty();
    return Stream.concat(Stream.of(value), inside);
  }

  /** The value with every expression in it changed; the unchanged tree if the result is not one. */
  private static Object replaced(Object value, UnaryOperator<Object> change) {
    Object changed = change.apply(value);
    if (changed != value) {
      return changed;
    } else if (value instanceof List<?> list) {
      return list.stream().map(part -> replaced(part, change)).toList();
    } else if (value instanceof Optional<?> optional) {
      return optional.map(part -> replaced(part, change));
    }
    return value instanceof Record record
        ? rebuilt(record, Arrays.stream(components(record)).map(part -> replaced(part, change)).toArray()).orElse(record) : value;
  }

  private static Object[] components(Record record) {
    return Arrays.stream(record.getClass().getRecordComponents()).map(component -> {
      try {
        return component.getAccessor().invoke(record);
      } catch (ReflectiveOperationException broken) {
        throw new AssertionError(broken);
      }
    }).toArray();
  }

  /** Empty if a part is not valid there. */
  private static Optional<Object> rebuilt(Record record, Object[] parts) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    if (!IntStream.range(0, parts.length).allMatch(k -> fits(components[k], parts[k]))) {
      return Optional.empty();
    }
    try {
      Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return Optional.of(record.getClass().getDeclaredConstructor(types).newInstance(parts));
    } catch (InvocationTargetException refused) {
      return Optional.empty();
    } catch (ReflectiveOperationException broken) {
      throw new AssertionError(broken);
    }
  }

  /** Whether a part is of the component's type, and what is in it of the type that is declared for that. */
  private static boolean fits(RecordComponent component, Object part) {
    Stream<?> inside = part instanceof Optional<?> optional ? optional.stream() : part instanceof List<?> list ? list.stream() : Stream.empty();
    boolean fits = component.getType().isPrimitive() || component.getType().isInstance(part);
    return component.getGenericType() instanceof ParameterizedType type && type.getActualTypeArguments()[0] instanceof Class<?> declared
        ? fits && inside.allMatch(declared::isInstance) : fits;
  }
}
