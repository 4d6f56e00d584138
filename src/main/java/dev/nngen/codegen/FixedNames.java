package dev.nngen.codegen;

import java.util.Set;

/**
 * The names that writers of code use in a class without allocation. {@link FixedNamesReader} reads them from the generated class with every allocated
 * name marked (see {@link ClassNames}), so the list is always complete.
 *
 * @param names of types, packages and fields, and of locals in members that also contain an allocated name; a field of such a name would hide a type
 *     or be hidden itself
 * @param methods the class's own methods, and methods without parameters that every class inherits
 * @param niladic those of the methods without parameters
 */
record FixedNames(Set<String> names, Set<String> methods, Set<String> niladic) {

  /** Suffix of every allocated name of a marked class: a letter in Java that no name of a model contains, in Latin-1, of which Java keeps short texts. */
  static final String MARK = "\u00aa";

  static final FixedNames NONE = new FixedNames(Set.of(), Set.of(), Set.of());
}
