package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.NestedClass;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Planner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every identifier of any generated class, and every word of Java, is a name of each kind that a model has: the class compiles without a
 * warning and computes what it computes with other names, or the name is refused at its declaration.
 */
@Slow
class NameClashTest {

  /** {@code #k0}, ..., {@code #k3} are names of a kind; a letter distinguishes the kinds. */
  private static final String MODEL = """
      layer lay_0(A_0) {
        param #l0[3, rows(A_0)] = glorot; param #l1[3] = 0.1;
        #l2 = #l0 * A_0 + #l1; #l3 = gelu(#l2);
        return #l3;
      }
      optimizer opt_0(rate_0 = 0.01) {
        state #s0 = 0, #s1 = 0, #s2 = 0;
        #s0 = 0.9 * #s0 + 0.1 * g; #s1 = 0.99 * #s1 + 0.01 * g^2; #s2 = #s2 + g^2; #s3 = #s0 / (1 - 0.9^t);
        w = w - rate_0 * #s3 / (sqrt(#s1) + sqrt(#s2) + 1e-3);
      }
      model Net_0 {
        size #z0 = 3; size #z1 = 3; size #z2 = 3; size #z3 = 2;
        input #i0[#z0]; input #i1[#z1]; input #i2[2]; input #i3[#z3];
        target #t0[#z2]; target #t1[3]; target #t2[2]; target #t3[2];
        param #p0[3, 3] = glorot; param #p1[3] = 0.1; param #p2[2, 3] = glorot; param #p3 = 0.5;
        #d0 = #p0 * #i0 + #p1;
        #d1 = tanh(#d0) .* #i1;
        #d2 = lay_0(#d1);
        #d3 = #p3 * (#p2 * sigmoid(#d2)) + #i2 .* #i3;
        minimize #j0 = mean(halfsquared(#d2, #t0));
        minimize #j1 = mean(halfsquared(#d2, #t1)) / 2;
        minimize #j2 = mean(halfsquared(#d3, #t2));
        minimize #j3 = mean(crossentropy(softmax(#d3), where(#t3 > 0, 1, 0)));
        output #d3;
        train clipnorm(1) |> opt_0();
      }
      """;
  private static final String KINDS = "lszitpdj";
  private static final int OF_A_KIND = 4;
  private static final String NAMED = "model %s { input X[3]; target Y[2]; P = dense(X, 2) |> tanh; minimize J = mean(halfsquared(P, Y)); train adam(rate = 0.1); }";

  private static final List<KernelSet> SETS = List.of(new EjmlKernels(), new PlainKernels(), new VectorKernels(),
      new DividedKernels(new PlainKernels()), new DividedKernels(new VectorKernels()));

  private static final Set<String> PACKAGES = Set.of("java", "javax", "jdk", "org", "dev", "ejml");

  private static List<String> names;

  @BeforeAll
  static void collect() {
    List<JavaText> classes = new ArrayList<>();
    String base = text(0, List.of(), Set.of());
    String deep = DEEP.formatted(IntStream.rangeClosed(1, 30).mapToObj(k -> "H" + k + " = dense(H" + (k - 1) + ", 5) |> tanh;").reduce("", String::concat));
    for (String text : List.of(base, base.replace("train clipnorm(1) |> opt_0();", ""), deep, NAMED.formatted("Net"), NAMED.formatted("Net").replace("P =", "H = dense(X, 400) |> gelu; P =").replace("X, 2", "dense(H, 200), 2"), NAMED.formatted("Net").replaceAll("target.*", "P = erf(X); }"),
        NAMED.formatted("Net").replace("X[3]; target Y[2]; P = dense(X, 2)", "X[3] of 9; target Y of 2; P = dense(flatten(embedding(X, 4)), 2)"))) {
      Program<? extends Phase.Differentiated> model = derived(text);
      for (boolean single : new boolean[] {false, true}) {
        Plan plan = Planner.plan(model.withSinglePrecision(single));
        SETS.forEach(kernels -> classes.add(JavaEmitter.emit(plan, options("p" + classes.size(), kernels))));
      }
    }
    TreeSet<String> found = new TreeSet<>(GeneratedNames.of(classes));
    found.addAll(List.of("_", "yield", "var", "record", "sealed", "permits", "when", "module", "enum", "assert", "goto", "true", "null", "int", "hashCode",
        "getClass", "wait", "finalize", "Object", "Thread", "java", "org", "javax", "jdk"));
    // Words that the parser recovers by name nothing, and what names of these models went into says nothing new.
    found.removeAll(Set.of("model", "fn", "layer", "import", "return", "in"));
    found.removeIf(name -> !name.matches("[a-zA-Z0-9]+|[A-Z][A-Za-z]*_[A-Z0-9_]+|_"));
    Map<String, String> families = new LinkedHashMap<>();
    found.forEach(name -> families.putIfAbsent(name.replaceAll("[0-9]+", "0"), name));
    names = List.copyOf(families.values());
  }

  private static final String DEEP = "model Deep { input X[5]; target Y[5]; H0 = X; %s minimize J = mean(halfsquared(H30, Y)); train adam(rate = 0.1); }";

  /** The model with names from the list; where a kind begins depends on its place among the kinds. */
  private static String text(int round, List<String> from, Set<String> refused) {
    Matcher slots = Pattern.compile("#([a-z])([0-9])").matcher(MODEL);
    return slots.replaceAll(slot -> {
      int kind = KINDS.indexOf(slot.group(1));
      int index = (round + kind) * OF_A_KIND + Integer.parseInt(slot.group(2));
      String name = from.isEmpty() ? "_" : from.get(index % from.size());
      return from.isEmpty() || refused.contains(name) ? slot.group(1) + slot.group(2) + "_0" : name;
    });
  }

  private static CodegenOptions options(String folder, KernelSet kernels) {
    return new CodegenOptions(folder, kernels, "test", "", "test.nn", "");
  }

  private static Program<? extends Phase.Differentiated> derived(String text) {
    Diagnostics diagnostics = new Diagnostics();
    List<Model> models = Models.resolve(NnParser.parse(new Source("test.nn", text), diagnostics), SourceLoader.NONE, diagnostics);
    assertEquals(List.of(), messages(diagnostics), text);
    return Autodiff.differentiate(Lowering.lower(models.get(0)));
  }

  private static List<String> messages(Diagnostics diagnostics) {
    return diagnostics.sorted().stream().map(one -> one.message()).toList();
  }

  private static List<String> faults(String text) {
    Diagnostics diagnostics = new Diagnostics();
    Models.resolve(NnParser.parse(new Source("test.nn", text), diagnostics), SourceLoader.NONE, diagnostics);
    return messages(diagnostics);
  }

  /** Words of the language, and methods that every Java object has. */
  private static final Set<String> REFUSED = Set.of("m", "w", "g", "t", "gradnorm", "loss", "finalize", "getClass", "hashCode", "toString", "wait", "notify", "notifyAll", "clone");

  @Test
  void everyNameIsGoodForEverythingInAModel() {
    Plan plain = Planner.plan(derived(text(0, List.of(), Set.of())));
    Map<String, double[]> expected = new LinkedHashMap<>();
    SETS.forEach(kernels -> expected.put(key(kernels), run(JavaEmitter.emit(plain, options("", kernels)))));
    List<JavaText> classes = new ArrayList<>();
    for (int round = 0; round * OF_A_KIND < names.size(); round++) {
      Program<? extends Phase.Differentiated> model = derived(accepted(round));
      // The last set's classes have all that the others' have but for EJML's products.
      KernelSet sampled = SETS.get(round % 4 == 0 ? round / 4 % SETS.size() : SETS.size() - 1);
      classes.add(JavaEmitter.emit(Planner.plan(model.withSinglePrecision((round & 1) == 1)), options("p" + classes.size(), sampled)));
      if (round % 8 == 0) {
        KernelSet kernels = SETS.get(round / 8 % SETS.size());
        JavaText text = JavaEmitter.emit(kernels.plan(model), options("", kernels));
        assertArrayEquals(expected.get(key(kernels)), run(text), text.text());
      }
    }
    assertEquals(List.of(), GeneratedNames.faults(classes));
  }

  private static String key(KernelSet kernels) {
    return kernels.getClass() + kernels.name();
  }

  /** The model of a round, with other names for those that are refused. */
  private static String accepted(int round) {
    Set<String> refused = new HashSet<>();
    for (List<String> faults = faults(text(round, names, refused)); !faults.isEmpty(); faults = faults(text(round, names, refused))) {
      List<String> named = Pattern.compile("`(\\w+)`").matcher(faults.toString()).results().map(found -> found.group(1)).filter(names::contains).toList();
      assertTrue(named.stream().allMatch(name -> REFUSED.contains(name) || SourceVersion.isKeyword(name)), faults + "\n" + text(round, names, refused));
      assertTrue(refused.addAll(named), faults::toString);
    }
    return text(round, names, refused);
  }

  /** The loss, the gradients and the parameters after two steps. */
  private static double[] run(JavaText text) {
    GeneratedClass generated = GeneratedClass.compile(text);
    GeneratedClass.Instance instance = text.text().contains("int threads") ? generated.create(5, 2) : generated.create(5);
    Random random = new Random(7);
    Object[] data = Stream.of(3, 3, 2, 2, 3, 3, 2, 2).map(rows -> RandomMatrices_DDRM.rectangle(rows, 5, 0, 1, random)).toArray();
    instance.call("initialize", 3L);
    double[] numbers = new double[2 * 100];
    numbers[0] = instance.<Double>call("gradients", data);
    instance.call("addGradients", numbers, 1);
    instance.call("step", data);
    instance.call("step", data);
    instance.call("getParameters", numbers, 100);
    if (text.text().contains("int threads")) {
      instance.call("close");
    }
    return numbers;
  }

  @Test
  void everyNameIsGoodForAModelOrReservedForAReason() {
    List<JavaText> classes = new ArrayList<>();
    List<String> ofClasses = names.stream().filter(name -> !name.matches("[a-z].{3,}") || PACKAGES.contains(name)).toList();
    for (String name : ofClasses) {
      List<String> faults = faults(NAMED.formatted(name));
      if (faults.isEmpty()) {
        Plan plan = Planner.plan(derived(NAMED.formatted(name)));
        classes.add(JavaEmitter.emit(plan, options("p" + classes.size(), SETS.get(classes.size() % SETS.size()))));
      } else {
        assertEquals(List.of(reason(name)), faults);
      }
    }
    assertEquals(List.of(), GeneratedNames.faults(classes));
  }

  private static String reason(String name) {
    return NestedClass.isNamed(name) ? "`" + name + "` is reserved: generated classes nest a class of this name"
        : Character.isUpperCase(name.charAt(0)) ? "a class `" + name + "` would hide Java's own" : "`" + name + "` is not a valid Java class name";
  }
}
