package dev.nngen.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.BuiltinNames;
import dev.nngen.model.ModelText;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That random models leave nothing out. */
class RandomTextsTest {

  private static final int SEEDS = 500;
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*");

  @Test
  void everyPrimitiveAndEveryFunctionOfTheGraphOccurs() {
    Set<Class<?>> kinds = new HashSet<>();
    Set<Fn> functions = EnumSet.noneOf(Fn.class);
    Set<String> shapes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      Program<?> model = Lowering.lower(ModelText.model(RandomTexts.next(seed)));
      shapes.add((model.samplesInRows() ? "rows" : "columns") + (model.singlePrecision() ? " f32" : " f64"));
      shapes.add(secondDerivative(model.graph()) ? "second derivative" : "");
      shapes.add(model.inputs().size() + " inputs");
      shapes.add(model.targets().size() + " targets");
      shapes.add(!model.updates().isEmpty() ? "trained" : "");
      for (int id = 0; id < model.graph().size(); id++) {
        kinds.add(model.graph().node(id).getClass());
        if (model.graph().node(id) instanceof Node.Apply apply) {
          functions.add(apply.fn());
        }
      }
    }
    Set<Class<?>> all = new HashSet<>(Set.of(Node.class.getPermittedSubclasses()));
    all.removeAll(Set.of(Node.Window.class, Node.Scatter.class)); // Planning makes them.
    assertEquals(all, kinds);
    assertEquals(EnumSet.allOf(Fn.class), functions);
    assertEquals(Set.of("", "1 inputs", "1 targets", "2 inputs", "2 targets", "columns f32", "columns f64", "rows f32", "rows f64",
        "second derivative", "trained"), shapes);
  }

  /** The loss, whose gradients are taken, depends on a gradient. */
  private static boolean secondDerivative(Graph graph) {
    String loss = graph.names().containsKey("loss") ? "loss" : "J";
    boolean[] used = graph.reachable(Set.of(graph.named(loss).node()).stream().toList());
    return IntStream.range(0, graph.size()).anyMatch(id -> used[id] && graph.node(id) instanceof Node.Derivative);
  }

  @Test
  void everyFunctionOfTheLanguageAndTheLibraryIsCalled() throws IOException {
    Set<String> wanted = new TreeSet<>(BuiltinNames.all());
    // TensorModelsTest calls those of tensors and of whole numbers, RecurrencesTest those of blocks, TrainingModesTest those that tell training from predictions.
    wanted.removeAll(Set.of("flatten", "onehot", "classes", "prev", "next", "training", "shape"));
    for (String file : resource("index.txt").lines().filter(name -> !Set.of("tensors.nn", "recurrent.nn").contains(name)).toList()) {
      wanted.addAll(defined(resource(file)));
    }
    assertTrue(wanted.size() > 90, wanted::toString);
    Set<String> left = new TreeSet<>(wanted);
    for (int seed = 0; seed < SEEDS; seed++) {
      left.removeAll(WORD.matcher(RandomTexts.next(seed)).results().map(MatchResult::group).collect(Collectors.toSet()));
    }
    assertEquals(Set.of(), left);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Item.class.getResourceAsStream("/dev/nngen/library/" + name)) {
      assertNotNull(in, name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Set<String> defined(String text) {
    SourceFile file = NnParser.parse(new Source("library.nn", text), new Diagnostics());
    return file.items().stream().filter(item -> item instanceof Item.FunctionItem || item instanceof Item.BlockItem)
        .map(item -> item instanceof Item.FunctionItem function ? function.name().name() : ((Item.BlockItem) item).name().name())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
