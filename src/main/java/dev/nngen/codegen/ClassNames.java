package dev.nngen.codegen;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Allocates the names of a class's members, and of locals and parameters that could be confused with a field. Each name is given once, and never
 * equals a fixed name of the class's code.
 */
final class ClassNames {

  /** The public methods of any generated class, with or without training or threads, so that accessors have the same name in each. */
  private static final Set<String> API = Set.of("parameterNames", "parameterOffset", "parameterRows", "parameterColumns", "initialize",
      "predict", "loss", "gradients", "step", "epoch", "getParameters", "setParameters", "addGradients", "applyGradients", "useAverage", "save", "load",
      "loadParameters", "create", "predictClass", "predictor", "classNames", "targetNames", "close", "setRate");

  private final FixedNames fixed;
  private final String mark;
  private final Set<String> fields = new HashSet<>();
  private final Set<String> locals = new HashSet<>();
  private final Set<String> methods = new HashSet<>();
  /** The next suffix to try for each name: a deep network has thousands of tensors of one name. */
  private final Map<String, Integer> numbers = new HashMap<>();

  private ClassNames(FixedNames fixed, String mark) {
    this.fixed = fixed;
    this.mark = mark;
  }

  /** Returns an allocator of names that end with {@link FixedNames#MARK}, for a class that is written only to find its fixed names. */
  static ClassNames marked() {
    return new ClassNames(FixedNames.NONE, FixedNames.MARK);
  }

  /** Returns an allocator of names other than the fixed ones. */
  static ClassNames besides(FixedNames fixed) {
    return new ClassNames(fixed, "");
  }

  /** Returns a name for a field, with a number if necessary. */
  String field(String suggestion) {
    String name = Identifiers.sanitized(suggestion);
    String unique = name + mark;
    int number = numbers.getOrDefault(name, 2);
    while (isTaken(unique) || locals.contains(unique) || !fields.add(unique)) {
      unique = numbered(name, number++) + mark;
    }
    numbers.put(name, number);
    return unique;
  }

  /** Appends a number to the name, after an underscore if the name ends with a digit. */
  static String numbered(String name, int number) {
    return name + (Character.isDigit(name.charAt(name.length() - 1)) ? "_" : "") + number;
  }

  /** Returns a new name for a private method. */
  String method(String suggestion) {
    return method(suggestion, fixed.methods());
  }

  /** Returns a new name for a public method without parameters. */
  String accessor(String suggestion) {
    return API.contains(suggestion) ? accessor(suggestion + "_") : method(suggestion, fixed.niladic());
  }

  private String method(String suggestion, Set<String> others) {
    String name = Identifiers.sanitized(suggestion);
    while (others.contains(name) || !methods.add(name + mark)) {
      name += "_";
    }
    return name + mark;
  }

  /** Returns a name for a parameter or local variable of a method that reads fields. */
  String local(String suggestion) {
    String name = suggestion;
    while (isTaken(name + mark)) {
      name += "_";
    }
    locals.add(name + mark);
    return name + mark;
  }

  /** Whether the name belongs to a field, is fixed, or is not an identifier. */
  boolean isTaken(String name) {
    return fields.contains(name) || fixed.names().contains(name) || Identifiers.isReserved(name);
  }

  /** Returns the name as local variables of one method have it. */
  String marked(String name) {
    return name + mark;
  }
}
