/**
 * The Maven plugin: goals that read parameters, call the compiler, and report. {@link dev.nngen.maven.ModelMojo} is their base class;
 * {@link dev.nngen.maven.IncrementalRun} finds stale files, writes, and deletes obsolete files.
 */
package dev.nngen.maven;
