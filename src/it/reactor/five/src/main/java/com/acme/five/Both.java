package com.acme.five;

/** Uses a class generated in another module and one generated in its own. */
public final class Both {

  private final com.acme.one.Net first = new com.acme.one.Net(8);
  private final Net second = new Net(8);

  /** The number of all parameters. */
  public int parameters() {
    return first.parameterNames().size() + second.parameterNames().size();
  }
}
