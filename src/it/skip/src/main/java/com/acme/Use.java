package com.acme;

/** Uses the generated class. */
public final class Use {

  private Use() {}

  /** The number of parameters. */
  public static int parameters() {
    return Net.PARAMETER_COUNT;
  }
}
