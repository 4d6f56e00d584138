package dev.nngen.train.data;

/** Data with how it is divided and scaled: what training needs. */
public record Prepared(Data data, Split split, Scaling scaling) {}
