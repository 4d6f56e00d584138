/**
 * The Maven plugin: goals that read parameters, call the compiler, and report. {@link dev.nngen.maven.ModelMojo} is what they share,
 * {@link dev.nngen.maven.IncrementalRun} decides what is stale, writes and tidies up.
 */
package dev.nngen.maven;
