package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.ir.ValueName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For every part of a derivation, each name in it is a value of the model or is defined on an earlier line. */
@Slow
class DefinedNamesTest {

  private static final Set<String> CONSTANTS = Set.of("m", "pi");

  /** About as many values of each model are asked for by themselves. */
  private static final int MOST = 2;

  static List<Path> files() {
    return Samples.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void inSamples(Path file) {
    Samples.models(file).forEach(DefinedNamesTest::check);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "Z = dense(X, 8); mu = colsum(Z) / 8; U = Z - mu; v = colsum(U.^2) / 8; N = U ./ sqrt(v + 1e-5); H = N; P = dense(H, 3) |> softmax; minimize J = mean(crossentropy(P, Y));",
      "param g[8, 1] = 1; param b[8, 1] = 0; Z = dense(X, 8); mu = colsum(Z) / 8; v = colsum((Z - mu).^2) / 8; H = g .* ((Z - mu) ./ sqrt(v + 1e-5)) + b; P = dense(H, 3); minimize J = mean(halfsquared(P, Y));",
      "param g[8, 1] = 1; Z = dense(X, 8); H = g .* (Z - colsum(Z) / 8) ./ sqrt(colsum((Z - colsum(Z) / 8).^2) / 8 + 1e-5); P = dense(H, 3); minimize J = mean(halfsquared(P, Y));",
      "Z = dense(X, 3); mu = colsum(Z) / 3; P = Z - mu; minimize J = mean(halfsquared(P, Y));",
      "H = dense(X, 4) |> mish; K = dense(H, 4) |> gelutanh; P = dense(K, 3); minimize J = mean(halfsquared(P, Y));",
      "E_P = dense(X, 3); P = softmax(E_P); minimize J = mean(crossentropy(P, Y));"})
  void inModels(String body) {
    check(Samples.models("defined.nn", "model Defined { input X[4]; target Y[3]; " + body + " }").get(0));
  }

  private static void check(CompiledModel model) {
    Deriver deriver = Samples.deriver(model);
    boolean isRecurrent = !model.lowered().graph().carried().isEmpty();
    for (Form form : Form.values()) {
      Derivation whole = deriver.derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
      Set<String> known = isRecurrent ? lefts(whole) : Set.of();
      check(whole, known);
      List<Adjoint> gradients = whole.backward().stream().filter(adjoint -> !adjoint.shared()).toList();
      for (int k = 0; k < gradients.size(); k++) {
        Adjoint adjoint = gradients.get(k);
        if (form == Form.MATRIX && k % (1 + gradients.size() / MOST) == 0) {
          check(deriver.derive(new ExplainOptions(form, true, List.of(adjoint.value()), Optional.empty())), known);
          check(deriver.derive(new ExplainOptions(form, true, List.of(), Optional.of(adjoint.value()))), known);
        }
      }
    }
  }

  /** All names that a derivation defines. */
  private static Set<String> lefts(Derivation derivation) {
    Set<String> lefts = derivation.backward().stream().map(Adjoint::name).collect(Collectors.toSet());
    derivation.backward().stream().flatMap(adjoint -> Stream.concat(names(adjoint.left()), adjoint.lines().stream().flatMap(line -> names(line.left())))).forEach(lefts::add);
    return lefts;
  }

  /** @param known gradients of other steps, which a recurrence reads before the text defines them */
  private static void check(Derivation derivation, Set<String> known) {
    Set<String> defined = new HashSet<>(known);
    for (Definition definition : derivation.forward()) {
      defined.add(definition.name());
      names(definition.left()).forEach(defined::add);
    }
    List<String> unknown = new ArrayList<>();
    for (Adjoint adjoint : derivation.backward()) {
      for (Line line : adjoint.lines()) {
        if (line.rule() == Rule.ERROR) {
          names(line.formula()).forEach(defined::add);
        }
        Set<String> here = new HashSet<>(defined);
        line.why().parts().stream().flatMap(part -> part instanceof Phrase.Equation equation ? names(equation.left()) : Stream.of()).forEach(here::add);
        Stream<String> used = Stream.concat(names(line.formula()), line.why().parts().stream().flatMap(DefinedNamesTest::used));
        used.filter(name -> !here.contains(name) && !CONSTANTS.contains(name) && !isLocal(name, here)).forEach(name -> unknown.add(name + " in " + adjoint.name()));
      }
      names(adjoint.left()).forEach(defined::add);
      adjoint.lines().forEach(line -> names(line.left()).forEach(defined::add));
    }
    assertEquals(Set.of(), new LinkedHashSet<>(unknown), derivation::model);
  }

  /** True for the derivative of one value by another, where both are known. */
  private static boolean isLocal(String name, Set<String> known) {
    int slash = name.indexOf("/d");
    return slash > 0 && !name.startsWith("dJ/") && known.contains(name.substring(1, slash)) && known.contains(name.substring(slash + 2));
  }

  private static Stream<String> used(Phrase.Part part) {
    return part instanceof Phrase.Math math ? names(math.formula()) : part instanceof Phrase.Equation equation ? names(equation.right()) : Stream.of();
  }

  private static Stream<String> names(Formula formula) {
    Stream<String> own = formula instanceof Formula.Name name ? Stream.of(name.name())
        : formula instanceof Formula.Gradient gradient ? Stream.of(ValueName.gradient(gradient.of(), gradient.by()).text()) : Stream.of();
    return Stream.concat(own, formula.parts().stream().flatMap(DefinedNamesTest::names));
  }
}
