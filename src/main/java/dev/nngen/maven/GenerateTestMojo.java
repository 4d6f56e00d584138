package dev.nngen.maven;

import java.io.File;
import java.nio.file.Path;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** Generates the Java class of each model in {@code src/test/nngen}, to be compiled with the project's tests. */
@Mojo(name = "generate-test", defaultPhase = LifecyclePhase.GENERATE_TEST_SOURCES, threadSafe = true)
public final class GenerateTestMojo extends GeneratingMojo {

  /** Folder of the model files; a model's package is its subfolder. */
  @Parameter(property = "nngen.testSourceDirectory", defaultValue = "${project.basedir}/src/test/nngen")
  private File sourceDirectory;

  /** Output folder, as the command's {@code -d}; it becomes a source folder of the project's tests. */
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
