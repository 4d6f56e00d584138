package dev.nngen.schedule;

/** What an expression is: one number, or a vector of as many as the target's vectors have lanes. */
public enum Type { NUMBER, VECTOR }
