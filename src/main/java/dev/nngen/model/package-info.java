/**
 * From the syntax tree to a typed model: names resolved, functions and layers expanded where they are called, sizes, shapes
 * and facts known. After this stage no user error is possible.
 *
 * <p>{@link dev.nngen.model.Models} is the way in, {@link dev.nngen.model.Model} what comes out. A model is a list of
 * {@link dev.nngen.model.Value}s, each structure once and operands before their users, so that a function called twice with
 * the same arguments costs nothing and later stages need no recursion.
 *
 * <p>One fault gives one message: what cannot be typed becomes {@code Values.POISON}, and whatever is made of poison is
 * poison without a word.
 */
package dev.nngen.model;
