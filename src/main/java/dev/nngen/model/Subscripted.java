package dev.nngen.model;

import dev.nngen.ast.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A value with subscripts, and which axis each of them is for.
 *
 * @param value what is subscripted
 * @param pad what a position outside gives; empty where none may be outside
 * @param axes the size of each axis
 * @param places the axis of each subscript
 * @param samples the axis of samples, where the text leaves it out
 */
record Subscripted(int value, Optional<Expr> pad, List<Integer> axes, List<Integer> places, Optional<Integer> samples) {

  /** How so many subscripts fit a shape: all axes, those without m, those with more than one entry, or the one of a vector with one entry. Empty if they do not. */
  static Optional<Subscripted> fit(int value, Optional<Expr> pad, Shape shape, int count) {
    List<Integer> axes = shape.axes();
    List<Integer> all = IntStream.range(0, axes.size()).boxed().toList();
    Optional<Integer> samples = axes.stream().filter(size -> size == Dim.SAMPLES).count() == 1 ? Optional.of(axes.indexOf(Dim.SAMPLES)) : Optional.empty();
    List<Integer> sampled = all.stream().filter(axis -> !samples.equals(Optional.of(axis))).toList();
    List<Integer> longAll = all.stream().filter(axis -> axes.get(axis) != 1).toList();
    List<Integer> longSampled = sampled.stream().filter(axis -> axes.get(axis) != 1).toList();
    List<Integer> first = longAll.isEmpty() ? all.subList(0, 1) : all;
    for (List<Integer> places : List.of(all, sampled, longAll, longSampled, first)) {
      if (places.size() == count) {
        return Optional.of(new Subscripted(value, pad, axes, places, samples.filter(axis -> !places.contains(axis))));
      }
    }
    return Optional.empty();
  }

  /** The last subscript of an axis; empty for m, whose length is not known. */
  OptionalLong end(int subscript) {
    int size = axes.get(places.get(subscript));
    return size == Dim.SAMPLES ? OptionalLong.empty() : OptionalLong.of(size - 1L);
  }

  int size(int subscript) {
    return axes.get(places.get(subscript));
  }

  /** The sizes as a message has them. */
  static String text(Shape shape) {
    List<String> sizes = new ArrayList<>();
    shape.axes().forEach(size -> sizes.add(size == Dim.SAMPLES ? "m" : Integer.toString(size)));
    return "[" + String.join(", ", sizes) + "]";
  }
}
