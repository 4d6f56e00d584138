package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.random.RandomTexts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is equal depends neither on names nor on the order of independent statements; normal forms do not depend on names. */
@Slow
class SpellingTest {

  private static final int RANDOM_MODELS = 30;

  static Stream<String> forms() throws IOException {
    return FormsTest.cases().stream().map(FormsTest.Case::statements);
  }

  static Stream<String> identities() throws IOException {
    return IdentitiesTest.identities().stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void ofForms(String statements) {
    check(FormsTest.program(statements), statements);
  }

  @ParameterizedTest
  @MethodSource("identities")
  void ofIdentities(String identity) {
    Program<? extends Phase.Differentiated> program = IdentitiesTest.program(identity);
    for (int seed = 1; seed <= 3; seed++) {
      for (Respelled respelled : List.of(Respelled.renamed(program, seed), Respelled.permuted(program, seed))) {
        Program.Claim claim = program.claims().get(0);
        Graph.Value left = respelled.value(program.graph().named(claim.left()));
        Graph.Value right = respelled.value(program.graph().named(claim.right()));
        assertTrue(new EqualityCheck(respelled.graph(), respelled.facts()).holds(left, right) || EntryPolynomials.areEqual(respelled.graph(), left, right), identity);
      }
    }
  }

  @Test
  void ofRandomModels() {
    for (int seed = 0; seed < RANDOM_MODELS; seed++) {
      String text = RandomTexts.next(seed);
      check(Autodiff.differentiate(Lowering.lower(ModelText.model(text))), text);
    }
  }

  private static void check(Program<? extends Phase.Differentiated> program, String text) {
    Respelled renamed = Respelled.renamed(program, 1);
    assertEquals(normalForms(program.graph(), program.facts()), normalForms(renamed.graph(), renamed.facts()), text);
    List<String> equal = equalValues(program, program.graph(), program.facts(), value -> value);
    for (int seed = 1; seed <= 2; seed++) {
      Respelled permuted = Respelled.permuted(program, seed);
      assertEquals(equal, equalValues(program, permuted.graph(), permuted.facts(), permuted::value), text);
    }
  }

  /** Of every node, read for code; the numbers in them are those of the order in which atoms were met. */
  private static List<String> normalForms(Graph graph, Facts facts) {
    NormalForms normalForms = NormalForms.of(graph, facts);
    List<String> forms = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      forms.add(normalForms.of(id).toString());
    }
    return forms;
  }

  private interface Values {
    Graph.Value of(Graph.Value value);
  }

  /** Which of the named values are proved equal to each other. */
  private static List<String> equalValues(Program<? extends Phase.Differentiated> program, Graph graph, Facts facts, Values values) {
    EqualityCheck equality = new EqualityCheck(graph, facts);
    List<String> names = List.copyOf(program.graph().names().keySet());
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        Graph.Value left = program.graph().named(names.get(i));
        Graph.Value right = program.graph().named(names.get(j));
        boolean isShapedAlike = program.graph().node(left.node()).shape().equals(program.graph().node(right.node()).shape());
        if (isShapedAlike && equality.holds(values.of(left), values.of(right))) {
          equal.add(names.get(i) + " = " + names.get(j));
        }
      }
    }
    return equal;
  }
}
