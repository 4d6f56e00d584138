package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import java.util.Optional;

/**
 * The functions and classes that the code of a kernel set calls.
 *
 * @param functions of single numbers
 * @param products the library's class that multiplies matrices; empty for the nested class {@code Products}
 */
record Dialect(NumberFunctions functions, Optional<ClassName> products) {}
