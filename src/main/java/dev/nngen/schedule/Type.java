package dev.nngen.schedule;

/** Type of an expression: a number, or a vector with the target's number of lanes. */
public enum Type { NUMBER, VECTOR }
