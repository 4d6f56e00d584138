package dev.nngen.train.data;

/** Data with what it asks for, how it is divided and scaled: what training needs. */
public record Prepared(Data data, Task task, Split split, Scaling scaling) {

  /** The same with another task. */
  public Prepared with(Task other) {
    return new Prepared(data, other, split, scaling);
  }
}
