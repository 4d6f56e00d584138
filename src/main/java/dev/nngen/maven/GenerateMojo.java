package dev.nngen.maven;

import java.io.File;
import java.nio.file.Path;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** Generates the Java class of each model in {@code src/main/nngen}, to be compiled with the project's own sources. */
@Mojo(name = "generate", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class GenerateMojo extends GeneratingMojo {

  /** Folder of the model files; a model's package is its subfolder. */
  @Parameter(property = "nngen.sourceDirectory", defaultValue = "${project.basedir}/src/main/nngen")
  private File sourceDirectory;

  /** Output folder, as the command's {@code -d}; it becomes a source folder of the project. */
  @Parameter(property = "nngen.outputDirectory", defaultValue = "${project.build.directory}/generated-sources/nngen")
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
    project.addCompileSourceRoot(outputDirectory.getPath());
  }
}
