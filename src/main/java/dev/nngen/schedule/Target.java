package dev.nngen.schedule;

import dev.nngen.ir.Extent;

/**
 * The machine that code is written for.
 *
 * @param lanes how many lanes a vector has at most
 */
public record Target(int lanes) {

  /** How many lanes a vector has on the machine that the code runs on. */
  public static final Extent.Symbol LANES = new Extent.Symbol("LANES");
}
