package dev.nngen.model;

import java.util.List;

/** A value in an index equation. Its axes are the indices on which it depends, including an implicit axis of samples. */
record IndexTerm(int value, List<Index> axes) {

  static final IndexTerm POISON = new IndexTerm(Values.POISON, List.of());

  IndexTerm {
    axes = List.copyOf(axes);
  }

  boolean isPoison() {
    return value == Values.POISON;
  }

  /** Returns the shape of a value with these axes: a column of several axes. */
  static Shape shape(List<Index> axes) {
    return axes.isEmpty() ? Shape.SCALAR : new Shape(new Dim(axes.stream().map(index -> index.size().get()).toList()), Dim.ONE);
  }
}
