package dev.nngen.model;

import java.util.Arrays;

/** The classes that a generated class may nest. Java forbids a nested class with the name of an enclosing class, so no model has one of these names. */
public enum NestedClass {
  ABOUT_DATA("AboutData"),
  FUNCTIONS("Functions"),
  JSON("Json"),
  KERNEL_PART("KernelPart"),
  POWER("Power"),
  PRODUCTS("Products"),
  SHARED_PREDICTOR("SharedPredictor"),
  WORKERS("Workers");

  private final String simpleName;

  NestedClass(String simpleName) {
    this.simpleName = simpleName;
  }

  /** Returns the class's name in Java. */
  public String simpleName() {
    return simpleName;
  }

  /** Whether one of the classes has the name. */
  public static boolean isNamed(String name) {
    return Arrays.stream(values()).anyMatch(nested -> nested.simpleName.equals(name));
  }
}
