/**
 * Turns the syntax tree into a typed model: names are resolved, functions and layers are expanded at their calls, sizes, shapes and facts are known.
 * After this stage no user error is possible.
 *
 * <p>{@link dev.nngen.model.Models} is the entry point, {@link dev.nngen.model.Model} the result. A model is a list of
 * {@link dev.nngen.model.Value}s, each structure once and operands before their users, so that a function called twice with the same arguments costs
 * nothing and later stages need no recursion.
 *
 * <p>One error gives one message: an expression that cannot be typed becomes {@code Values.POISON}, and every value that depends on poison is poison
 * without a further message.
 */
package dev.nngen.model;
