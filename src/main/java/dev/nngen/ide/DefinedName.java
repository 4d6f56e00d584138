package dev.nngen.ide;

import dev.nngen.ast.Expr.Name;
import dev.nngen.diag.Span;

/**
 * A name that a text defines.
 *
 * @param scope the text in which the name is visible
 * @param declaration the statement, or the item for a parameter of a function
 */
public record DefinedName(Name name, Kind kind, Span scope, Span declaration) {

  /** Kinds of names, as a hover describes them. */
  public enum Kind {
    INPUT("input"), TARGET("target"), PARAMETER("parameter"), STATE("state"), NOISE("noise"), VALUE("value"), LOSS("loss"), SIZE("size"),
    INDEX("index"), ARGUMENT("argument"), SHARED_LAYER("shared layer");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Returns the kind in words. */
    public String word() {
      return word;
    }
  }
}
