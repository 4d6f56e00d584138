package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which definition a name means, how parameters start, what facts say, and that no text makes the stage run away. */
class ResolutionTest {

  private static Model load(Map<String, String> files, Diagnostics diagnostics) {
    SourceLoader loader = (importing, path) -> files.containsKey(path)
        ? new SourceLoader.Text(new Source(path, files.get(path))) : new SourceLoader.Problem("there is no file " + path);
    List<Model> models = ModelText.resolve(files.get("main"), loader, diagnostics);
    return models.isEmpty() ? null : models.get(0);
  }

  private static double constant(String functions, String expression) {
    Model model = ModelText.model(functions + "\nmodel C { input X[2]; param s = " + expression + "; P = s * X; }");
    assertEquals(Initial.Kind.CONSTANT, model.parameters().get(0).initial().kind());
    return model.parameters().get(0).initial().center();
  }

  @Test
  void aUsersDefinitionShadowsTheLibrarysAndTheBuiltIn() {
    assertEquals(7, constant("fn sigmoid(z) = 7;", "sigmoid(0)"));
    assertEquals(0.5, constant("", "sigmoid(0)"));
    assertEquals(9, constant("fn exp(z) = 9;", "exp(0)"));
  }

  @Test
  void theLibraryKeepsItsOwnMeaningWhateverUsersDefine() {
    assertEquals(0.5, constant("fn exp(z) = 9;", "sigmoid(0)"));
  }

  @Test
  void argumentsGoByPositionByNameAndByDefault() {
    String f = "fn f(a, b = 10 * a, c = b + 1) = a + b / 100 + c / 10000;";
    assertEquals(1 + 0.1 + 0.0011, constant(f, "f(1)"), 1e-15);
    assertEquals(1 + 0.2 + 0.0021, constant(f, "f(1, 20)"), 1e-15);
    assertEquals(1 + 0.1 + 0.0003, constant(f, "f(1, c = 3)"), 1e-15);
    assertEquals(1 + 0.02 + 0.0003, constant(f, "f(c = 3, b = 2, a = 1)"), 1e-15);
    assertEquals(4 + 0.05 + 0.0006, constant(f, "4 |> f(5, 6)"), 1e-15);
  }

  @Test
  void functionsAreValuesOfArguments() {
    assertEquals(16, constant("fn square(z) = z^2; fn twice(f, z) = f(f(z));", "twice(square, 2)"));
    assertEquals(3, constant("fn root(z) = z^0.5; fn apply(f, z, g = root) = g(f(z));", "apply(abs, -9)"));
  }

  @Test
  void importsAreReadOnceEvenInCircles() {
    Diagnostics diagnostics = new Diagnostics();
    Model model = load(Map.of("main", "import \"a.nn\"; import \"b.nn\"; size k = 3; model M { input X[width]; P = f(X) + g(X); }",
        "a.nn", "import \"b.nn\"; size width = 5; fn f(z) = 2 * g(z);", "b.nn", "import \"a.nn\"; fn g(z) = z + width;"),
            diagnostics);
    assertEquals("", new DiagnosticRenderer(false).render(diagnostics));
    assertEquals(Shape.of(5, 1).rows(), model.data().get(0).shape().rows());
  }

  private static String faults(String main, String a, String b) {
    Diagnostics diagnostics = new Diagnostics();
    load(Map.of("main", main, "a.nn", a, "b.nn", b), diagnostics);
    return new DiagnosticRenderer(false).render(diagnostics);
  }

  @Test
  void aNameThatTwoImportsDefineIsAnErrorWhereNothingDecides() {
    String main = "import \"a.nn\"; import \"b.nn\"; model M { input X; P = f(X); }";
    assertEquals("""
        b.nn:1:4: error[E101]: two imports define `f`
            |
          1 | fn f(z) = 3 * z;
            |    ^
            ::: a.nn:1:4
            |
          1 | fn f(z) = 2 * z;
            |    - first here
            |
            = help: rename one of them, or define `f` in the file that imports both
        """.strip(), faults(main, "fn f(z) = 2 * z;", "fn f(z) = 3 * z;").strip());
    assertTrue(faults(main, "size f = 2;", "fn f(z) = 3 * z;").contains("two imports define `f`"));
    assertEquals("", faults(main, "fn f(z) = 2 * z; import \"b.nn\";", "fn f(z) = 3 * z;"), "the importer's comes first");
    assertEquals("", faults("fn f(z) = z; " + main, "fn f(z) = 2 * z;", "fn f(z) = 3 * z;"), "the file's own comes first");
  }

  @Test
  void aMissingImportIsReportedWithItsReason() {
    Diagnostics diagnostics = new Diagnostics();
    load(Map.of("main", "import \"a.nn\"; model M { input X; P = X; }"), diagnostics);
    assertTrue(new DiagnosticRenderer(false).render(diagnostics).contains("error[E006]: cannot import \"a.nn\": there is no file a.nn"));
  }

  @Test
  void filesStayInTheirFolder(@TempDir Path folder) throws IOException {
    Path project = Files.createDirectories(folder.resolve("project/models"));
    Files.writeString(folder.resolve("secret.nn"), "fn f(z) = z;");
    Files.writeString(folder.resolve("project/shared.nn"), "fn f(z) = z;");
    Files.createSymbolicLink(project.resolve("link.nn"), folder.resolve("secret.nn"));
    SourceLoader loader = new ProjectFiles(folder.resolve("project"));
    Source main = new Source(project.resolve("main.nn").toString(), "");
    assertTrue(loader.load(main, "../shared.nn") instanceof SourceLoader.Text);
    assertTrue(loader.load(main, "../../secret.nn") instanceof SourceLoader.Problem p
        && p.message().startsWith("it is outside"));
    assertTrue(loader.load(main, "link.nn") instanceof SourceLoader.Problem p && p.message().startsWith("it is outside"));
    assertTrue(loader.load(main, "nowhere.nn") instanceof SourceLoader.Problem);
    assertTrue(loader.load(main, "..") instanceof SourceLoader.Problem);
  }

  @Test
  void parametersStartAsTheirInitialiserSays() {
    String text = """
        init around(center, fanIn, width = 2) = center - normal(width / fanIn) * 3;
        model I { input X[4];
          param A[2, 4] = he; param B[2, 4] = around(5); param C[2, 4] = around(1, width = 8); param D[2,
              4]; param v[3] = he;
          param e[2]; param f[2, 4] = 1 / 8; P = A * X;
        }
        """;
    List<Initial> starts = ModelText.model(text).parameters().stream().map(Model.Parameter::initial).toList();
    assertEquals(List.of(new Initial(Initial.Kind.UNIFORM, 0, Math.sqrt(6.0 / 4)), new Initial(Initial.Kind.NORMAL, 5, -1.5),
        new Initial(Initial.Kind.NORMAL, 1, -6), new Initial(Initial.Kind.UNIFORM, 0, Math.sqrt(6.0 / 6)),
        new Initial(Initial.Kind.UNIFORM, 0, Math.sqrt(2)), Initial.constant(0), Initial.constant(0.125)), starts);
    Model rows = ModelText.model("samples rows; model I { input X[4]; param A[4, 2] = he; P = X * A; }");
    assertEquals(Math.sqrt(6.0 / 4), rows.parameters().get(0).initial().scale(), "fanIn is the number of rows there");
  }

  @Test
  void functionsOfFunctionsAreExpandedOnce() {
    String tower = IntStream.range(1, 60).mapToObj(k -> "fn f" + k + "(z) = f" + (k - 1) + "(z) + f" + (k - 1) + "(z);\n")
        .collect(Collectors.joining("", "fn f0(z) = z / 2;\n", ""));
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
      Model model = ModelText.model(tower + "model T { input X[2]; P = f59(X); }");
      assertTrue(model.values().size() < 100);
    });
  }

  @Slow
  @Test
  void layersOfLayersAreBounded() {
    String tower = IntStream.range(1, 60).mapToObj(k -> "layer l" + k + "(Z) { return l" + (k - 1) + "(l" + (k - 1)
        + "(Z)); }\n")
        .collect(Collectors.joining("", "layer l0(Z) { return Z / 2; }\n", ""));
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertTrue(
        ModelText.diagnostics(tower + "model T { input X[2]; P = l59(X); }").contains("the model expands to more than")));
  }

  @Test
  void deepCallsAreReportedAndDoNotFillTheStack() throws InterruptedException {
    String terms = "z" + " + 1".repeat(400);
    String tower = IntStream.range(1, 90).mapToObj(k -> "fn f" + k + "(z) = f" + (k - 1) + "(z)" + " + 1".repeat(400)
        + ";\n")
        .collect(Collectors.joining("", "fn f0(z) = " + terms + ";\n", ""));
    AtomicReference<String> told = new AtomicReference<>("");
    Thread small = new Thread(null, () -> told.set(ModelText.diagnostics(tower
        + "model T { input X[2]; P = f89(X); }")), "small", 384 << 10);
    small.start();
    small.join();
    assertTrue(told.get().contains("nested more than"));
  }

  @Test
  void deepNetworksAreTypedInLinearTime() {
    String layers = IntStream.rangeClosed(1, 2000).mapToObj(k -> "  H" + k + " = dense(H" + (k - 1)
        + ", 4, tanh);\n").collect(Collectors.joining());
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertEquals(4000,
        ModelText.model("model D { input H0[4];\n" + layers + " minimize J = mean(H2000); }").parameters().size()));
  }
}
