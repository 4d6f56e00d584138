package dev.nngen.compiler;

/**
 * A generated file.
 *
 * @param path relative to the output folder, with {@code /} between its parts
 * @param text the whole text
 */
public record GeneratedFile(String path, String text) {}
