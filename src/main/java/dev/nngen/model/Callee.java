package dev.nngen.model;

import dev.nngen.ast.Expr;

/** A function that can be called: a {@link Builtin}, a {@link Definition} in the language, or a shared layer. */
sealed interface Callee permits Builtin, Definition, SharedLayer {

  /** Kind of a callee, which determines where it may be called. */
  enum Sort {
    FUNCTION("a function"), MATRIX_FUNCTION("a function of matrices"), LAYER("a layer"), INIT("an initializer"),
    OPTIMIZER("an optimizer");

    final String article;

    Sort(String article) {
      this.article = article;
    }
  }

  /** Returns a help that says where an initializer is called. */
  static String initializerHelp(Invocation call) {
    boolean numbers = !call.given().isEmpty() && call.given().stream().allMatch(given -> given.expr() instanceof Expr.Literal);
    String text = numbers ? FaultReport.excerpt(call.call().span()) : call.callee().label() + (call.callee() instanceof Builtin ? "(1)" : "");
    return "initializers follow `=` in a `param` declaration: `param W[4, 3] = " + text + ";`";
  }

  /** Returns the name as written. */
  String label();

  Sort sort();

  /** Returns the signature: {@code dense(X, units, f = identity)}. */
  String signature();
}
