package dev.nngen.model;

/** What can be called: a {@link Builtin}, or a {@link Definition} in the language. */
sealed interface Callee permits Builtin, Definition {

  /** Where a callee may be called. */
  enum Sort {
    FUNCTION("a function"), MATRIX_FUNCTION("a function of matrices"), LAYER("a layer"), INIT("an initialiser"),
    OPTIMIZER("an optimiser");

    final String article;

    Sort(String article) {
      this.article = article;
    }
  }

  /** The name as written. */
  String label();

  Sort sort();

  /** {@code dense(X, units, f = identity)}. */
  String signature();
}
