package dev.nngen.codegen;

import java.util.Set;

/**
 * The names that writers of code put into a class by themselves. {@link FixedNamesReader} reads them from the class as it comes
 * out with every allocated name marked (see {@link ClassNames}), so that no list of them has to be kept and none can be missing.
 *
 * @param names of types, packages and fields, and of locals in members that also mention an allocated name; a field of such a
 *     name would hide a type or be hidden itself
 * @param methods the class's own methods, and those without parameters that every class inherits
 * @param niladic those of the methods that have no parameters
 */
record FixedNames(Set<String> names, Set<String> methods, Set<String> niladic) {

  /** Ends every allocated name of a marked class: a letter in Java, and in no name of a model. */
  static final String MARK = "\u02b9";

  static final FixedNames NONE = new FixedNames(Set.of(), Set.of(), Set.of());
}
