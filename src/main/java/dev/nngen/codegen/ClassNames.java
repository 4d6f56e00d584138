package dev.nngen.codegen;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Allocates the names of a class's members, and those of locals and parameters that may meet a field: none is given to two
 * things, and none is one that the class's code has by itself.
 */
final class ClassNames {

  /** The public methods that a class may have, with or without training or threads, so that accessors have the same name in each. */
  private static final Set<String> API = Set.of("parameterNames", "parameterOffset", "parameterRows", "parameterColumns", "initialize",
      "predict", "loss", "gradients", "step", "epoch", "getParameters", "setParameters", "addGradients", "applyGradients", "useAverage", "save", "load",
      "loadParameters", "create", "predictClass", "predictor", "classNames", "targetNames", "close", "setRate");

  private final FixedNames fixed;
  private final String mark;
  private final Set<String> fields = new HashSet<>();
  private final Set<String> locals = new HashSet<>();
  private final Set<String> methods = new HashSet<>();
  /** The next number to try after each name: a deep network has thousands of one name. */
  private final Map<String, Integer> numbers = new HashMap<>();

  private ClassNames(FixedNames fixed, String mark) {
    this.fixed = fixed;
    this.mark = mark;
  }

  /** Names that end with {@link FixedNames#MARK}, for a class that is only written to find its fixed names. */
  static ClassNames marked() {
    return new ClassNames(FixedNames.NONE, FixedNames.MARK);
  }

  /** Names other than the fixed ones. */
  static ClassNames besides(FixedNames fixed) {
    return new ClassNames(fixed, "");
  }

  /** A name for a field, numbered if need be. */
  String field(String wanted) {
    String name = Identifiers.sanitised(wanted);
    String unique = name + mark;
    int number = numbers.getOrDefault(name, 2);
    while (isTaken(unique) || locals.contains(unique) || !fields.add(unique)) {
      unique = numbered(name, number++) + mark;
    }
    numbers.put(name, number);
    return unique;
  }

  /** The name with a number, which an underscore keeps apart from digits. */
  static String numbered(String name, int number) {
    return name + (Character.isDigit(name.charAt(name.length() - 1)) ? "_" : "") + number;
  }

  /** A name for a private method that no other method has. */
  String method(String wanted) {
    return method(wanted, fixed.methods());
  }

  /** A name for a public method without parameters. */
  String accessor(String wanted) {
    return API.contains(wanted) ? accessor(wanted + "_") : method(wanted, fixed.niladic());
  }

  private String method(String wanted, Set<String> others) {
    String name = Identifiers.sanitised(wanted);
    while (others.contains(name) || !methods.add(name + mark)) {
      name += "_";
    }
    return name + mark;
  }

  /** A name for a parameter or local variable in a method that reads fields. */
  String local(String wanted) {
    String name = wanted;
    while (isTaken(name + mark)) {
      name += "_";
    }
    locals.add(name + mark);
    return name + mark;
  }

  /** True of a field, and of a name that is fixed or no name at all. */
  boolean isTaken(String name) {
    return fields.contains(name) || fixed.names().contains(name) || Identifiers.isReserved(name);
  }

  /** The name as local variables of one method have it. */
  String marked(String name) {
    return name + mark;
  }
}
