/**
 * Functions that the JDK does not have, a class each. The build puts their text beside them, and generated classes repeat it
 * ({@code codegen.FunctionSource}): so a class has static methods of doubles only, of which no two in this package share a name, no constants, and
 * imports statically what it calls of the others.
 */
package dev.nngen.ir.special;
