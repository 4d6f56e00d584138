package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes that inherit shared code behave like self-contained ones. */
class SharedClassTest {

  private static final String MODELS = """
      model Columns { input X[2]; target Y[1]; H = dense(X, 3, tanh); P = dense(H, 1) |> sigmoid;
        minimize J = mean(logloss(P, Y)); train adam(rate = 0.1); }
      model Rows { precision f32; samples rows; input X[2]; target Y[1]; P = dense(X, 1); minimize J = mean(halfsquared(P, Y)); train sgd(rate = 0.1); }
      model Words { size time; input word[time] of 5; target next of 3; E = embedding(word, 4) |> last;
        P = dense(E, 3) |> batchnorm |> dropout(0.5) |> softmax; minimize J = mean(crossentropy(P, next)); train sgd(rate = 0.1); }
      model Two { input X[2]; param W[1, 2] = 1; param V[1, 2] = 1; minimize A = mean(squared(W * X, 1)) of W; minimize B = mean(squared(V * X, 1)) of V;
        train sgd(rate = 0.1); output P; P = W * X; }
      """;

  @TempDir
  private static Path folder;

  private static List<GeneratedFile> alone;
  private static List<GeneratedFile> shared;
  private static ClassLoader aloneClasses;
  private static ClassLoader sharedClasses;

  @BeforeAll
  static void compile() throws IOException {
    alone = generate(false);
    shared = generate(true);
    aloneClasses = compile(alone, folder.resolve("alone"));
    sharedClasses = compile(shared, folder.resolve("shared"));
  }

  private static List<GeneratedFile> generate(boolean isShared) {
    Diagnostics diagnostics = new Diagnostics();
    List<GeneratedFile> files = new Compiler(new Options("", Options.Kernels.EJML, Optional.empty(), Map.of(), isShared), null)
        .generate(new Source("models.nn", MODELS), diagnostics);
    assertEquals(List.of(), diagnostics.sorted());
    return files;
  }

  private static ClassLoader compile(List<GeneratedFile> files, Path to) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-Xlint:all,-processing", "-Xdoclint:all/protected", "-Werror", "-proc:none", "-d", to.toString()));
    for (GeneratedFile file : files) {
      Path source = to.resolve("source").resolve(file.path());
      Files.createDirectories(source.getParent());
      Files.writeString(source, file.text());
      arguments.add(source.toString());
    }
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)));
    return new URLClassLoader(new URL[] {to.toUri().toURL()}, SharedClassTest.class.getClassLoader());
  }

  private static Object network(ClassLoader classes, String name, int... sizes) throws ReflectiveOperationException {
    Class<?> type = classes.loadClass(name);
    return sizes.length == 1 ? type.getConstructor(int.class).newInstance(sizes[0])
        : type.getConstructor(int.class, int.class).newInstance(sizes[0], sizes[1]);
  }

  /** Trains by methods of the common type. */
  private static double trained(Object network, Object... data) throws ReflectiveOperationException {
    Class<?> common = network.getClass().getSuperclass();
    common.getMethod("initialize", long.class).invoke(network, 7L);
    for (int epoch = 0; epoch < 3; epoch++) {
      common.getMethod("epoch", Object[].class, int.class, long.class).invoke(network, data, 2, (long) epoch);
    }
    common.getMethod("step", Object[].class).invoke(network, (Object) data);
    common.getMethod("gradients", Object[].class).invoke(network, (Object) data);
    return (double) common.getMethod("loss", Object[].class).invoke(network, (Object) data);
  }

  private static double trainedByItself(Object network, Class<?> matrix, Object x, Object y) throws ReflectiveOperationException {
    Class<?> type = network.getClass();
    type.getMethod("initialize", long.class).invoke(network, 7L);
    for (int epoch = 0; epoch < 3; epoch++) {
      type.getMethod("epoch", matrix, matrix, int.class, long.class).invoke(network, x, y, 2, (long) epoch);
    }
    type.getMethod("step", matrix, matrix).invoke(network, x, y);
    return ((Number) type.getMethod("loss", matrix, matrix).invoke(network, x, y)).doubleValue();
  }

  @Test
  void aLoopForAnyNetworkGivesTheSameBits() throws ReflectiveOperationException {
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0, 0, 1, 1}, {0, 1, 0, 1}});
    DMatrixRMaj y = new DMatrixRMaj(new double[][] {{0, 1, 1, 0}});
    assertEquals(trainedByItself(network(aloneClasses, "Columns", 4), DMatrixRMaj.class, x, y), trained(network(sharedClasses, "Columns", 4), x, y));
    FMatrixRMaj rows = new FMatrixRMaj(new float[][] {{0, 1}, {2, 3}, {4, 5}, {6, 7}});
    FMatrixRMaj sums = new FMatrixRMaj(new float[][] {{1}, {5}, {9}, {13}});
    assertEquals(trainedByItself(network(aloneClasses, "Rows", 4), FMatrixRMaj.class, rows, sums), trained(network(sharedClasses, "Rows", 4), rows, sums));
    assertTrue(Double.isFinite(trained(network(sharedClasses, "Words", 4, 3), 3, new int[12], new int[4])));
  }

  @Test
  void aFileOfOneIsReadByTheOther() throws ReflectiveOperationException {
    Path file = folder.resolve("columns.safetensors");
    Object written = network(aloneClasses, "Columns", 4);
    written.getClass().getMethod("initialize", long.class).invoke(written, 3L);
    written.getClass().getMethod("save", Path.class).invoke(written, file);
    Object read = network(sharedClasses, "Columns", 4);
    read.getClass().getSuperclass().getMethod("load", Path.class).invoke(read, file);
    double[] sample = {0.5, -0.5};
    assertEquals(((double[]) written.getClass().getMethod("predict", double[].class).invoke(written, sample))[0],
        ((double[]) read.getClass().getMethod("predict", double[].class).invoke(read, sample))[0]);
  }

  @Test
  void wrongDataAndMissingLossesAreExplained() throws ReflectiveOperationException {
    DMatrixRMaj x = new DMatrixRMaj(2, 4);
    assertEquals("Y must be a DMatrixRMaj, not String", fault(network(sharedClasses, "Columns", 4), x, "no matrix").getMessage());
    assertEquals("expected this many inputs and targets together: 2, found 1", fault(network(sharedClasses, "Columns", 4), x).getMessage());
    assertEquals("Two has no single loss with an optimizer", fault(network(sharedClasses, "Two", 4), x).getMessage());
  }

  private static Throwable fault(Object network, Object... data) {
    return assertThrows(InvocationTargetException.class,
        () -> network.getClass().getSuperclass().getMethod("step", Object[].class).invoke(network, (Object) data)).getCause();
  }

  @Test
  void theCommonClassDependsOnThePackageAloneAndTheOthersAreShorter() {
    GeneratedFile network = shared.get(shared.size() - 1);
    assertEquals("Network.java", network.path());
    assertEquals(SharedClass.emit("", dev.nngen.compiler.Version.current()).text(), network.text());
    for (int k = 0; k < alone.size(); k++) {
      long before = alone.get(k).text().lines().count();
      long after = shared.get(k).text().lines().count();
      assertTrue(before - after > 250, alone.get(k).path() + " has " + after + " lines, and " + before + " alone");
    }
  }
}
