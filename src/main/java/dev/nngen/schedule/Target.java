package dev.nngen.schedule;

/**
 * The machine that code is written for.
 *
 * @param lanes how many lanes a vector has at most
 */
public record Target(int lanes) {}
