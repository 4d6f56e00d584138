package dev.nngen.maven;

import java.io.File;
import java.nio.file.Path;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** Writes the Java class of each model in {@code src/test/nngen} and has it compiled with the project's tests. */
@Mojo(name = "generate-test", defaultPhase = LifecyclePhase.GENERATE_TEST_SOURCES, threadSafe = true)
public final class GenerateTestMojo extends GeneratingMojo {

  /** Where the model files are; a model's package is its sub-folder. */
  @Parameter(property = "nngen.testSourceDirectory", defaultValue = "${project.basedir}/src/test/nngen")
  private File sourceDirectory;

  /** Where classes are written, as the command's {@code -d}; a source folder of its tests. */
  @Parameter(property = "nngen.testOutputDirectory", defaultValue = "${project.build.directory}/generated-test-sources/nngen")
  private File outputDirectory;

  @Override
  Path sourceFolder() {
    return sourceDirectory.toPath();
  }

  @Override
  Path outputFolder() {
    return outputDirectory.toPath();
  }

  @Override
  void register(MavenProject project) {
    project.addTestCompileSourceRoot(outputDirectory.getPath());
  }
}
