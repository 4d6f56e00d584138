package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.AdmissiblePoint;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.formula.Form;
import dev.nngen.formula.TextPrinter;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Proof;
import dev.nngen.simplify.Prover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of derivations and the text beside them: signs, reasons, facts, and marks of unproved steps. */
@Slow
class StepsTest {

  private static final Map<String, Integer> EXTENTS = Map.of("m", 3);

  private static Optional<Prover.Point> nowhere(long seed) {
    return Optional.empty();
  }

  static List<Path> files() {
    return Samples.files();
  }

  /** A softmax without a maximum, as books write it. */
  private static final String BY_HAND = "input X[5]; target Y[3]%s; Z = linear(X, 3); P = exp(Z) ./ colsum(exp(Z)); minimize J = mean(crossentropy(P, Y));";

  private static CompiledModel model(String text) {
    return Samples.models("m.nn", "model M { " + text + " }").get(0);
  }

  private static Adjoint adjoint(Derivation derivation, String name) {
    return derivation.backward().stream().filter(adjoint -> adjoint.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> lines(Derivation derivation, String name) {
    TextPrinter printer = new TextPrinter(true);
    return adjoint(derivation, name).lines().stream().map(line -> printer.text(line.formula()) + " | " + line.reason().text()).toList();
  }

  @Test
  void aDeclaredFactIsSaidOnTheLineThatNeedsIt() {
    Derivation derivation = Samples.derivation(model(BY_HAND.formatted(" where colsum(Y) == 1")));
    List<Line> lines = adjoint(derivation, "dJ/dZ").lines();
    assertEquals("declared fact: colsum(Y) = 1", lines.get(lines.size() - 1).reason().text());
    assertEquals("(1/m) * (P .* colsum(Y) - Y)",
        new TextPrinter(true).text(lines.get(lines.size() - 2).formula()));
    assertTrue(derivation.backward().stream().filter(adjoint -> !adjoint.name().equals("dJ/dZ"))
        .flatMap(adjoint -> adjoint.lines().stream()).noneMatch(line -> line.rule() == Rule.FACT), "no other line needs it");
  }

  @Test
  void withoutTheFactTheLineBeforeItIsTheLast() {
    List<String> lines = lines(Samples.derivation(model(BY_HAND.formatted(""))), "dJ/dZ");
    assertTrue(lines.get(lines.size() - 1).startsWith("(1/m) * (P .* colsum(Y) - Y) | expand, collect: P nonzero"),
        lines.toString());
  }

  @Test
  void whatAnEntryMeansForTheMatrixIsTheLastLine() {
    Deriver deriver = Samples.deriver(Samples.sample("backpropagation/a-columns.nn"));
    Derivation derivation = deriver.derive(new ExplainOptions(Form.INDEX, true, List.of("W2"), Optional.empty()));
    List<Line> lines = adjoint(derivation, "dJ/dW2").lines();
    TextPrinter printer = new TextPrinter(true);
    assertEquals("sum_c delta2_ic A1_jc", printer.text(adjoint(derivation, "dJ/dW2").conclusion().formula()));
    Line last = lines.get(lines.size() - 1);
    assertEquals(Relation.THEREFORE, last.relation());
    assertEquals("dJ/dW2 = delta2 * A1'", printer.text(last.left()) + " = " + printer.text(last.formula()));
    assertTrue(lines(derivation, "dJ/dZ2").get(1).startsWith("dJ/dA2_ic * dA2_ic/dZ2_ic"), "both have indices");
  }

  @Test
  void oneSampleHasOneColumn() {
    Derivation derivation = Samples.deriver(Samples.sample("backpropagation/c-batch.nn"))
        .derive(new ExplainOptions(Form.SAMPLE, true, List.of(), Optional.empty()));
    assertTrue(derivation.forward().stream().noneMatch(definition -> definition.shape().contains("m")));
    assertEquals("4 x 1", adjoint(derivation, "dJ/dZ3").shape());
    assertTrue(lines(derivation, "dJ/dZ4").stream().anyMatch(line -> line.startsWith("(a4 - y) .* a4 .* (1 - a4) | ")));
  }

  /** A derivation of which the code is made to compute minus the gradient of W2. */
  private static Derivation falsified(LongFunction<Optional<Prover.Point>> points) {
    CompiledModel model = Samples.sample("backpropagation/a-columns.nn");
    Program<Phase.Simplified> simplified = model.simplified();
    Graph.Value right = simplified.graph().named("dJ/dW2");
    Graph.Builder builder = new Graph.Builder(simplified.graph());
    List<Extent> shape = simplified.graph().node(right.node()).shape();
    int wrong = builder.add(new Node.Sum(shape, Rational.ZERO, List.of(new Node.Term(Rational.MINUS_ONE, View.identity(right.node(), shape.size())))));
    builder.name("dJ/dW2", right.at(wrong));
    Program<Phase.Simplified> code = simplified.withGraph(builder.build(), simplified.facts());
    return new Deriver(model.lowered(), model.differentiated(), code, points).derive(ExplainOptions.DEFAULT);
  }

  @Test
  void whatIsNotProvedIsShownAsSuchAndNeverLeftOut() {
    CompiledModel model = Samples.sample("backpropagation/a-columns.nn");
    Derivation wrong = falsified(seed -> new AdmissiblePoint(model.differentiated(),
        EXTENTS, new SplittableRandom(seed)).draw().map(leaves -> new Prover.Point(leaves, EXTENTS)));
    Line last = adjoint(wrong, "dJ/dW2").last();
    assertEquals(Relation.APPROXIMATE, last.relation());
    assertEquals("not proved: this is what the class computes; 0 of 8 random points agree", last.reason().text());
    assertTrue(Format.TEXT.render(wrong, true, false).lines().anyMatch(line -> line.contains(" ~ -(1/m) * (A2 - Y) * A1'")));
    assertTrue(Format.MARKDOWN.render(wrong, true, false).contains("&\\approx -\\frac{1}{m} \\, \\left(A_{2} - Y\\right)"));
    assertFalse(Sections.claims(wrong).stream().anyMatch(claim -> claim.contains("-(1/m)")), "nor claimed");
  }

  @Test
  void withoutAPointThatIsSaidToo() {
    assertEquals("not proved: this is what the class computes; no admissible point was found for a comparison",
        adjoint(falsified(StepsTest::nowhere), "dJ/dW2").last().reason().text());
  }

  @ParameterizedTest
  @MethodSource("files")
  void everythingInTheSamplesIsProved(Path file) {
    Samples.models(file).forEach(StepsTest::assertProved);
  }

  private static void assertProved(CompiledModel model) {
    for (Adjoint adjoint : Samples.derivation(model).backward()) {
      assertTrue(adjoint.lines().stream().allMatch(Line::isProved), model.name() + ", " + adjoint.name());
    }
  }

  /** Proofs open what they need and no more, so that they do not end where a model has many values; and they hold for transposes. */
  @ParameterizedTest
  @ValueSource(strings = {
      "samples rows; size time; model M { input X[m, time, 6]; target Y[m, time, 5]; F = lstm(X, 4); B = bidirectional(X, 4, gru); H = concat(F, B);"
          + " P = dense(H, 5) |> softmax; minimize J = mean(crossentropy(P, Y)); output P; }",
      "size time; model M { input X[6, time, m]; target Y[5, time, m]; F = lstm(X, 4); B = bidirectional(X, 4, gru); H = concat(F, B);"
          + " P = dense(H, 5) |> softmax; minimize J = mean(crossentropy(P, Y)); output P; }",
      "samples rows; size ticks; model M { input Q[m, ticks, 3]; target g of 4; param A[5, 3]; param B[5, 5]; param C[5, 5]; param D[5, 3];"
          + " over k { start U = 0; U = tanh(Q[:, k, :] * A' + prev(U) * B'); }"
          + " over k { start Z = 0; Z = sigmoid(Q[:, k, :] * D' + next(Z) * C') .* tanh(next(Z) + 1); }"
          + " over k { start W = 0; c = sigmoid(U[:, k, :] + Z[:, k, :]); W = c .* prev(W) + (1 - c) .* Z[:, k, :]; }"
          + " P = softmax(dense(W[:, end, :], 4)); minimize L = mean(crossentropy(P, g)); output P; }",
      "model M { input length of 9; param S[7]; A[t] = where(t < length, S[t], 0); minimize J = sum(A); output A; }",
      "model M { input length of 9; input X[6]; E = dense(X, 6); A[t] = where(t < length, exp(E[t]), 0) / sum[s] where(s < length, exp(E[s]), 0);"
          + " minimize J = mean((A - 1).^2); output A; }"})
  void longRecurrencesAndChoicesByDataAreProved(String text) {
    assertProved(Samples.models("M.nn", text).get(0));
  }

  /** Formulas printed in the language are claims of the model file, and are proved there. */
  @ParameterizedTest
  @MethodSource("files")
  void claimsAreProvedWhereTheyStandInTheModel(Path file) throws IOException {
    List<CompiledModel> models = Samples.models(file);
    if (models.size() != 1) {
      return;
    }
    List<String> claims = Sections.claims(Samples.derivation(models.get(0)));
    String text = Files.readString(file);
    int end = text.lastIndexOf('}');
    CompiledModel claimed = Samples.models(file.toString(), text.substring(0, end) + String.join("\n", claims) + "\n}\n").get(0);
    assertTrue(claimed.claims().size() >= claims.size());
    claimed.claims().forEach(decided -> assertTrue(decided.proof() instanceof Proof.Proved, decided.claim().toString()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyRuleOnALineIsToldByItsName(Path file) {
    for (CompiledModel model : Samples.models(file)) {
      for (Form form : Form.values()) {
        Derivation derivation = Samples.deriver(model).derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
        derivation.backward().stream().flatMap(adjoint -> adjoint.lines().stream()).forEach(line -> {
          assertEquals(Optional.of(line.rule()), Rule.find(line.rule().title()));
          assertTrue(line.rule().words().endsWith("."), line.rule().words());
        });
      }
    }
  }

  @Test
  void whatIsDeclaredIsProved() {
    CompiledModel model = model("input X[3]; target Y[2] where colsum(Y) == 1; param W[2, 3] = glorot; P = W * X;"
        + " minimize J = mean(halfsquared(P, Y)); prove colsum(Y) == 1; prove P .* colsum(Y) == P;");
    model.claims().forEach(decided -> assertTrue(decided.proof() instanceof Proof.Proved, decided.claim().toString()));
  }

  @Test
  void aLayerOfTheLibraryReadsAlikeInRows() {
    Derivation rows = Samples.derivation(model("samples rows; input X[6]; target Y[2]; H = dense(X, 5) |> tanh; P = dense(H, 2);"
        + " minimize J = mean(halfsquared(P, Y));"));
    assertTrue(lines(rows, "dJ/dZ_H").get(1).startsWith("dJ/dH .* dH/dZ_H | chain rule"), lines(rows, "dJ/dZ_H").toString());
    assertTrue(lines(rows, "dJ/dW_H").get(0).startsWith("X' * delta_H"));
  }

  @Test
  void theMaximumsShareCancelsWhateverTheLoss() {
    Derivation shifted = Samples.derivation(model("input X[6]; target Y[4]; Z = dense(X, 4); E = exp(Z - colmax(Z)); P = E ./ colsum(E);"
        + " minimize J = mean((P - Y).^4);"));
    assertEquals("(dJ/dP - colsum(dJ/dP .* P)) .* P | lemma: P = softmax(Z)", lines(shifted, "dJ/dZ").get(1));
    Derivation used = Samples.derivation(model("input X[6]; target Y[4]; Z = dense(X, 4); E = exp(Z - colmax(Z)); P = E ./ colsum(E); minimize J = mean((P - Y).^4 + E ./ rowsum(E));"));
    assertTrue(lines(used, "dJ/dZ").stream().noneMatch(line -> line.contains("lemma")), lines(used, "dJ/dZ").toString());
  }

  /** Softmax, its logarithm and the logarithm of a sum of exponentials are recognized by proof, in any spelling. */
  @Test
  void functionsOfSumsOfExponentialsAreLemmas() {
    for (String body : List.of("P = dense(X, 4) |> softmax;", "Z_P = dense(X, 4); P = exp(Z_P) ./ colsum(exp(Z_P));", "Z_P = dense(X, 4); s = colsum(exp(Z_P - 1)); P = exp(Z_P - 1 - log(s));")) {
      Derivation softmax = Samples.derivation(model("input X[6]; target Y[4]; " + body + " minimize J = mean(halfsquared(P, Y));"));
      assertEquals("(dJ/dP - colsum(dJ/dP .* P)) .* P | lemma: P = softmax(Z_P)", lines(softmax, "dJ/dZ_P").get(1), body);
      assertEquals(List.of("dA_i/dZ_j", "A_j (1{j == i} - A_i)"), jacobian(softmax), body);
    }
    Derivation scores = Samples.derivation(model("input X[6]; target Y[4]; P = dense(X, 4) |> logsoftmax; minimize J = mean(nll(P, Y));"));
    assertEquals("(1/m) * (colsum(Y) .* exp(P) - Y)", last(scores, "dJ/dZ_P"));
    assertEquals(List.of("dA_i/dZ_j", "1{j == i} - exp(A_j)"), jacobian(scores));
    Derivation sums = Samples.derivation(model("input X[6]; target Y[4]; Z = dense(X, 4); L = log(colsum(exp(Z))); minimize J = mean(L.^2);"));
    assertEquals("dJ/dL .* exp(Z) ./ colsum(exp(Z)) | lemma: L = logsumexp(Z)", lines(sums, "dJ/dZ").get(1));
    assertEquals(List.of("da/dz", "exp(z) ./ colsum(exp(z))"), jacobian(sums));
  }

  /** J7: the gradient of the scores, through picked entries too, whose gradient only spreads that of the loss, and through both softmaxes of pairs. */
  @Test
  void contrastiveScoresEndInTheDifferenceFromTheIdentity() {
    for (String body : List.of("L = logsoftmax(S); minimize J = -(sum[i] L[i, i]) / m;", "L = S - log(colsum(exp(S))); d[i: m] = L[i, i]; minimize J = -mean(d);")) {
      Derivation scores = Samples.derivation(model("input A[8]; input B[8]; U = dense(A, 4); V = dense(B, 4); S = U' * V / 0.1; " + body));
      assertEquals("(1/m) * (exp(L_ic) - 1{i == c})", last(scores, "dJ/dS"), body);
      assertTrue(lines(scores, "dJ/dS").get(1).contains("substitute: dJ/dL_ic = -"), lines(scores, "dJ/dS").toString());
    }
    Derivation selected = Samples.derivation(model("input A[5]; input B[5]; param M[5, 5]; G[b: m, a: m] = sum[k, l] A[k, b] * M[k, l] * B[l, a]; H = softmax(G);"
        + " minimize J = -(sum[a: m, b: m : a == b] log(H[b, a])) / m;"));
    assertEquals("(1/m) * (H_ba - 1{b == a})", last(selected, "dJ/dG"));
    Derivation shares = Samples.derivation(model("input A[8]; input B[8]; U = dense(A, 4); V = dense(B, 4); S = U' * V; P = softmax(S); Q = softmax(S');"
        + " minimize J = -(sum[i] (log(P[i, i]) + log(Q[i, i]))) / (2 * m);"));
    assertEquals("(1/(2 * m)) sum_i V_ji (Q_ic - 1{i == c} + P_ci - 1{c == i})", last(shares, "dJ/dU"));
  }

  private static List<String> jacobian(Derivation derivation) {
    Derivation.Lemma lemma = derivation.lemmas().get(derivation.lemmas().size() - 1);
    TextPrinter printer = new TextPrinter(true);
    return List.of(printer.text(lemma.derivative()), printer.text(lemma.lines().get(lemma.lines().size() - 1)));
  }

  @Test
  void handWrittenModelsEndInWhatBooksPrint() {
    Derivation softmax = Samples.derivation(model("input X[4]; target Y[3] where colsum(Y) == 1; Z = dense(X, 3); E = exp(Z); P = E ./ colsum(E);"
        + " minimize J = -mean(Y .* log(P));"));
    assertEquals("(1/m) * (P - Y)", last(softmax, "dJ/dZ"));
    Derivation focal = Samples.derivation(model("input X[4]; target Y[1]; P = dense(X, 1) |> sigmoid; minimize J = mean(-Y .* (1 - P).^2 .* log(P));"));
    assertEquals("(1/m) * (Y .* (1 - P).^2 .* (P .* (1 + 2 * log(P)) - 1))", last(focal, "dJ/dZ_P"));
    Derivation norm = Samples.derivation(model("input X[4]; target Y[3]; U = dense(X, 16); mu = colsum(U) / 16; v = colsum((U - mu).^2) / 16;"
        + " N = (U - mu) ./ sqrt(v + 1e-5); Yh = dense(N, 3); minimize J = mean(halfsquared(Yh, Y));"));
    assertEquals("(dJ/dN - (1/16) * (N .* colsum(dJ/dN .* N)) - (1/16) * colsum(dJ/dN)) ./ sqrt(v + 1e-5)", last(norm, "dJ/dU"));
    assertEquals("(1/m) * (Yh - Y)", last(norm, "dJ/dYh"));
    Derivation attention = Samples.derivation(model("input X[8]; target Y[6]; param K[4, 5] = normal(1); param V[6, 5] = normal(1); Q = linear(X, 4); S = K' * Q / sqrt(4);"
        + " A = exp(S) ./ colsum(exp(S)); O = V * A; minimize J = mean(halfsquared(O, Y));"));
    assertEquals("(dJ/dA - colsum(dJ/dA .* A)) .* A", last(attention, "dJ/dS"));
    Derivation inOne = Samples.derivation(model("input X[4]; target Y[3]; Z = linear(X, 3); minimize J = -mean(Y .* log(exp(Z) ./ colsum(exp(Z))));"));
    assertEquals("(1/m) * (exp(Z) .* colsum(Y) ./ colsum(exp(Z)) - Y)", last(inOne, "dJ/dZ"));
    Derivation pairs = Samples.derivation(model("input X[4]; Z = linear(X, 2); param T[3, 3] = normal(1); minimize J = mean(Z .^ 2) - (sum[i] log(exp(T[i, i]) / (sum[j] exp(T[i, j]))));"));
    assertTrue(last(pairs, "dJ/dT").equals("exp(T_ij) / (sum_k exp(T_ik)) - 1{i == j}"), last(pairs, "dJ/dT"));
    Derivation heads = Samples.derivation(model("input X[6]; target T[1]; H = dense(X, 8, relu); mu = dense(H, 1); s = dense(H, 1);"
        + " minimize J = mean((T - mu).^2 .* exp(-s) + s);"));
    assertEquals("W_s' * delta_s + W_mu' * delta_mu", last(heads, "dJ/dH"));
  }

  /** The entry at a label is one-hot in its gradient, of samples and of positions; deviations have one name; attention has no nondifferentiable point. */
  @Test
  void labelsStandardDeviationsAndMasksEndInOneLine() {
    Derivation label = Samples.derivation(model("input X[5]; target label of 4; P = dense(X, 4, softmax); minimize J = mean(-log(P[label]));"));
    assertEquals("(1/m) * (P_ic - 1{i == label_c})", last(label, "dJ/dZ_P"));
    Derivation words = Samples.derivation(model("input X[5, 7, m]; target next[7] of 4; P = dense(X, 4, softmax); minimize J = mean(crossentropy(P, next)) / 7;"));
    assertTrue(last(words, "dJ/dZ_P").matches("\\(1/\\(7 \\* m\\)\\) \\* \\(P_\\w+ - 1\\{\\w == next_\\w+\\}\\)"), last(words, "dJ/dZ_P"));
    Derivation norm = Samples.derivation(model("input X[4]; target Y[3]; H = linear(X, 6); mu = colsum(H) / 6; s = (colsum((H - mu).^2) / 6 + 1e-5).^(1/2); N = (H - mu) ./ s;"
        + " Yh = dense(N, 3); minimize J = mean(halfsquared(Yh, Y));"));
    assertEquals("(dJ/dN - (1/6) * (N .* colsum(dJ/dN .* N)) - (1/6) * colsum(dJ/dN)) ./ s", last(norm, "dJ/dH"));
    Derivation masked = Samples.derivation(model("input X[6, 5, m]; target Y[6, 5]; P = causalattention(X, 2); minimize J = mean(halfsquared(P, Y));"));
    assertTrue(masked.nondifferentiable().stream().noneMatch(each -> each.text().contains("largest entry")), masked.nondifferentiable().toString());
  }

  /** Backpropagation through time as courses write it: an error by the one of the next step. */
  @Test
  void recurrencesGoFromOneStepToTheOneBefore() {
    Derivation elman = Samples.derivation(model("input X[3, 5, m]; target Y[2]; param Wx[4, 3] = glorot; param Wh[4, 4] = glorot; param b[4] = 0;"
        + " over t { start H = 0; Z = Wx * X[:, t] + Wh * prev(H) + b; H = tanh(Z); } P = dense(H[:, end], 2); minimize J = mean(halfsquared(P, Y));"));
    assertEquals("(1{t == 4} * W_P' * delta_P + Wh' * delta_Z[t + 1]) .* (1 - H_t.^2)", last(elman, "dJ/dZ"));
    assertEquals("sum_t delta_Z[t] * H_{t - 1}'", last(elman, "dJ/dWh"));
  }

  /** Rows that a layer picks for its gates get back what is passed to each of them. */
  @Test
  void gatesStandAboveOneAnother() {
    Derivation lstm = Samples.derivation(model("input X[3, 5, m]; target Y[2]; P = dense(lstm(X, 4) |> last, 2); minimize J = mean(halfsquared(P, Y));"));
    String gates = lstm.backward().stream().map(adjoint -> new TextPrinter(true).text(adjoint.conclusion().formula())).filter(text -> text.startsWith("[")).findFirst().orElse("");
    assertTrue(gates.matches("\\[dJ/dI.* (I\\w+\\[s\\]) .* \\(1 - \\1\\); dJ/dF.*; dJ/dG.*; dJ/dO.*\\]"), gates);
  }

  /** Letters are those of the text's equations, as in Goodfellow, Bengio, Courville: Deep Learning (2016), eq. 9.11 to 9.13. */
  @Test
  void aConvolutionHasTheLettersOfItsText() {
    Derivation conv = Samples.derivation(model("input X[2, 6, 6, m]; target Y[3, 2, 2]; param w[2]; param K[3, 2, 3, 3] = he; param b[3] = 0; U = tanh(X .* w);"
        + " Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * U[c, y + i, x + j] + b[o]; P[c, y, x] = max[i: 2, j: 2] Z[c, 2*y + i, 2*x + j]; minimize J = mean(halfsquared(P, Y));"));
    assertEquals("sum_yxs delta_Z[o, y, x, s] U_{c,y + i,x + j,s}", last(conv, "dJ/dK"));
    assertEquals("sum_oij K_ocij pad(delta_Z)_{o,y - i,x - j,s}", last(conv, "dJ/dU"));
    assertTrue(last(conv, "dJ/dZ").matches("\\(1\\{Z_\\{c,2y \\+ (\\w),2x \\+ (\\w),s} == P_cyxs, first} / m\\) \\(P_cyxs - Y_cyx\\)"), last(conv, "dJ/dZ"));
  }

  /** Vaswani et al.: Attention is all you need (2017), eq. 1, for each sample; nothing is multiplied out. */
  @Test
  void attentionGoesByTheGradientOfItsScores() {
    Derivation attention = Samples.derivation(model("input X[4, 3, m]; target Y[4, 3, m]; param Wq[4, 4] = glorot; param Wk[4, 4] = glorot; param Wv[4, 4] = glorot;"
        + " Q = Wq * X; K = Wk * X; V = Wv * X; S = K' * Q / 2; A = softmax(S); O = V * A; minimize J = mean(halfsquared(O, Y));"));
    assertEquals("(dJ/dA_c - colsum(dJ/dA_c .* A_c)) .* A_c", last(attention, "dJ/dS"));
    assertEquals("(1/2) * K_c * dJ/dS_c", last(attention, "dJ/dQ"));
    assertEquals("(1/2) * Q_c * dJ/dS_c'", last(attention, "dJ/dK"));
  }

  /** A row of several heads is a unit of a head: no index is rounded down, in definitions and gradients alike. */
  @Test
  void unitsOfHeadsHaveTwoLetters() {
    Derivation heads = Samples.derivation(model("input X[6, 5, m]; target Y[6, 5, m]; B = attention(X, heads = 3); minimize J = mean(halfsquared(B, Y));"));
    TextPrinter printer = new TextPrinter(true);
    String all = heads.forward().stream().flatMap(value -> value.right().stream()).map(printer::text).toList()
        + heads.backward().stream().flatMap(adjoint -> adjoint.lines().stream()).map(line -> printer.text(line.left()) + printer.text(line.formula())).toList().toString();
    assertFalse(all.contains("floor(") || all.contains(" mod "), all);
    assertEquals("delta_V_B[2k + l, s, c] = sum_r dJ/dO_B[2k + l, r, c] * A_B[k, s, r, c]", printer.text(adjoint(heads, "dJ/dV_B").left()) + " = " + last(heads, "dJ/dV_B"));
    Derivation flat = Samples.derivation(model("input X[2, 3, m]; target Y[4]; P = dense(flatten(relu(X)), 4); minimize J = mean(halfsquared(P, Y));"));
    assertTrue(last(flat, "dJ/dW_P").matches("sum_c .*delta_P\\[i, c].*") && printer.text(adjoint(flat, "dJ/dW_P").left()).matches("dJ/dW_P\\[i, 3\\w \\+ \\w]"), last(flat, "dJ/dW_P"));
  }

  /** A normalization by hand ends in the gradient of its result alone, in however many steps it is written. */
  @Test
  void statisticsAreSubstitutedUntilOneGradientIsLeft() {
    Derivation norm = Samples.derivation(model("input G[4]; target T[3]; V = dense(G, 8); c = colsum(V) / 8; q = colsum((V - c).^2) / 8; s = sqrt(q + 1e-5); N = (V - c) ./ s;"
        + " F = dense(N, 3); minimize J = mean(halfsquared(F, T));"));
    assertEquals("(dJ/dN - (1/8) * (N .* colsum(dJ/dN .* N)) - (1/8) * colsum(dJ/dN)) ./ s", last(norm, "dJ/dV"));
  }

  /** A part of a contribution that equals another gradient is not called by its name, and rounds keep their numbers in the language. */
  @Test
  void contributionsAreInTermsOfTheUsersGradients() {
    Derivation twice = Samples.derivation(model("input X[3]; target Y[3]; param A[3, 3]; s = X; repeat 2 { f = tanh(A * s); g = tanh(A * (s + f / 2)); h = tanh(A * g); s = s + (f + g + h) / 7; }"
        + " minimize J = mean(halfsquared(s, Y));"));
    assertTrue(lines(twice, "dJ/df_1").get(1).contains("(1/7) * dJ/ds_1"), lines(twice, "dJ/df_1").toString());
    assertTrue(twice.backward().stream().noneMatch(adjoint -> adjoint.language().contains("grad(J, f)")), twice.backward().stream().map(Derivation.Adjoint::language).toList().toString());
  }

  /** A function stays a call with its constants, in pipes, in windows and in gradients; its derivative is that of its lemma. */
  @Test
  void callsKeepTheirConstants() {
    Derivation leaky = Samples.derivation(model("input X[1, 8, m]; target Y[1]; Z = conv1d(X, 2, 3); H = Z |> leakyrelu(0.3) |> flatten; P = dense(H, 1); minimize J = mean(halfsquared(P, Y));"));
    assertEquals(List.of("leakyrelu(A, 0.3)"), leaky.lemmas().stream().map(lemma -> new TextPrinter(true).text(lemma.call()).replaceAll("\\(\\w", "(A")).toList());
    assertTrue(last(leaky, "dJ/dW_P").contains("leakyrelu(Z_") || last(leaky, "dJ/dW_P").contains("H"), last(leaky, "dJ/dW_P"));
    Derivation gates = Samples.derivation(model("input X[4]; target Y[2]; W = linear(X, 4); S = sigmoid(slice(W, 0, 2)); T = tanh(slice(W, 2, 2)); P = S .* T; minimize J = mean(halfsquared(P, Y));"));
    assertFalse(lines(gates, "dJ/dW").toString().contains("exp("), lines(gates, "dJ/dW").toString());
  }

  /** An entry that data selects has the data as its subscript, as in the text, and in the gradients of a label's probability. */
  @Test
  void dataAreSubscripts() {
    Derivation words = Samples.derivation(model("input w[5] of 30; target n of 30; param T[6, 30] = normal(0.1); A[d, t] = T[d, w[t]]; P = dense(flatten(A), 30) |> softmax; minimize J = mean(-log(P[n]));"));
    TextPrinter printer = new TextPrinter(true);
    List<String> forward = words.forward().stream().map(value -> printer.text(value.left()) + value.right().map(right -> " = " + printer.text(right)).orElse("")).toList();
    assertTrue(forward.stream().anyMatch(text -> text.matches("A_dt(\\w) = T_\\{d,w_t\\1}")), forward.toString());
    assertTrue(last(words, "dJ/dP").matches("-1\\{(\\w) == n_c} / \\(m \\* P_\\{n_c,c}\\)"), last(words, "dJ/dP"));
    assertTrue(Format.LATEX.render(words, false, false).contains("T_{d, w_{t c}}"));
  }

  /** A loss of several means is their sum. */
  @Test
  void meansStayApart() {
    Derivation means = Samples.derivation(model("input X[4]; target Y[2]; P = linear(X, 2); Q = linear(X, 3); minimize J = mean(halfsquared(P, Y)) - mean(Q) + 3 * mean(Q.^2);"));
    assertTrue(means.forward().stream().anyMatch(value -> value.language().equals("J = mean((P - Y).^2) / 2 - mean(Q) + 3 * mean(Q.^2)")), means.forward().toString());
  }

  /** A quotient stays a quotient, and a decimal a decimal, also in products and in functions of the library. */
  @Test
  void numbersAreWrittenAsInTheText() {
    Derivation numbers = Samples.derivation(model("input X[4]; target Y[10]; A = dense(X, 10) |> dropout(0.35); M = colsum(A) / 10; R = (A - M) / 4.7 + 0.37 * A; B = R.^2 / 5;"
        + " minimize J = mean(halfsquared(B, Y)); train adam(rate = 0.1);"));
    TextPrinter printer = new TextPrinter(true);
    String forward = numbers.forward().stream().map(value -> printer.text(value.left()) + " = " + value.right().map(printer::text).orElse("")).toList().toString();
    assertTrue(forward.contains("M = (1/10) * colsum(A)") && forward.contains("R = (1/4.7) * (A - M) + 0.37 * A") && forward.contains("B = (1/5) * R.^2"), forward);
    assertTrue(forward.contains("A = (1/0.65) * "), forward);
    assertEquals("(2/(5 * m)) * ((B - Y) .* R)", last(numbers, "dJ/dR"));
    Derivation focal = Samples.derivation(model("input X[4]; target Y[1] where Y in [0, 1]; s = linear(X, 1); q = sigmoid(s);"
        + " minimize J = -mean(Y .* (1 - q).^2 .* log(q) + (1 - Y) .* q.^2 .* log(1 - q));"));
    assertFalse(last(focal, "dJ/ds").contains("dJ/dq"), last(focal, "dJ/ds"));
  }

  @Test
  void theUpdateHasItsNumbers() {
    Derivation trained = Samples.derivation(model("input X[3]; target Y[2]; P = dense(X, 2); minimize J = mean(halfsquared(P, Y)); train heavyball(rate = 0.1);"));
    TextPrinter printer = new TextPrinter(true);
    assertEquals(List.of("v <- 0.9 * v - rate * g", "w <- w + v"), trained.updates().get(0).assignments().stream()
        .map(assignment -> printer.text(assignment.left()) + " <- " + printer.text(assignment.right())).toList());
    assertEquals("for each parameter w, with its gradient g; v starts at 0; rate = 0.1, unless it is set", trained.updates().get(0).about().text());
  }

  /** The user's functions stay calls, and each is derived once. */
  @Test
  void functionsAreCalledAsInTheText() {
    String text = "fn bent(z) = z + sqrt(z^2 + 1); model M { input X[3]; target Y[2]; H = dense(X, 4) |> bent; P = dense(H, 2) |> sigmoid;"
        + " minimize J = mean(halfsquared(P, Y)); }";
    Derivation derivation = Samples.models("m.nn", text).get(0).derivation().derive(ExplainOptions.DEFAULT);
    assertTrue(derivation.forward().stream().anyMatch(definition -> definition.language().equals("H = bent(Z_H)")), derivation.forward().toString());
    assertEquals(List.of("bent(Z)", "sigmoid(Z)"), derivation.lemmas().stream().map(lemma -> new TextPrinter(true).text(lemma.call())).toList());
    assertEquals("A .* (1 - A)", new TextPrinter(true).text(derivation.lemmas().get(1).lines().get(1)));
  }

  /** The form that a derivation ends with, in the values of the text. */
  private static String last(Derivation derivation, String name) {
    return new TextPrinter(true).text(adjoint(derivation, name).conclusion().formula());
  }

  @Test
  void sharedParametersGetATermForEachUse() {
    Derivation recurrent = Samples.derivation(model("input A[3]; input B[3]; target Y[2]; param W[4, 3] = glorot; param U[4, 4] = glorot;"
        + " param V[2, 4] = glorot; H1 = tanh(W * A); H2 = tanh(W * B + U * H1); P = V * H2; minimize J = mean(halfsquared(P, Y));"));
    assertTrue(lines(recurrent, "dJ/dW").get(0).contains("* B' + "), lines(recurrent, "dJ/dW").toString());
    assertTrue(lines(recurrent, "dJ/dW").get(0).contains("chain rule, a term for each use: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "abs(Z)| abs(Z) at Z = 0: derivative 0",
      "max(Z, 0.5)| max(Z, 1/2) at Z = 1/2: the derivative of Z, which is 1, is used",
      "relu(Z)| relu(Z) at Z = 0: the derivative of Z, which is 1, is used"})
  void nondifferentiablePointsSayWhichDerivativeIsUsed(String text) {
    String[] parts = text.split("\\| ");
    List<Phrase> nondifferentiable = Samples.derivation(model("input X[3]; param W[2, 3] = glorot; Z = W * X; minimize J = mean(" + parts[0] + ");")).nondifferentiable();
    assertEquals(List.of(parts[1]), nondifferentiable.stream().map(Phrase::text).toList());
  }

  @Test
  void aHundredLayersFitOnAPage() {
    String text = Format.TEXT.render(Samples.derivation(DeepModels.model(100)), false, false);
    assertTrue(text.lines().count() < 130, text.lines().count() + " lines");
    assertTrue(text.contains("in the same way W_H4, W_H5, ..., W_H100"), text);
  }

  @Test
  void longFormulasAreBroken() {
    Derivation derivation = Samples.derivation(Samples.sample("backpropagation/e-any-error.nn"));
    String text = Format.TEXT.render(derivation, false, false);
    String derived = text.substring(0, text.indexOf("In the language"));
    derived.lines().forEach(line -> assertTrue(line.length() <= 130, line.length() + ": " + line));
    assertTrue(Format.MARKDOWN.render(derivation, false, false).contains("\\\\\n &\\qquad {}"));
  }
}
