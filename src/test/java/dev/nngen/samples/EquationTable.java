package dev.nngen.samples;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.ExplainOptions;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.LatexPrinter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each equation of the lecture notes, as printed there, beside what the compiler derives today, as a Markdown table. */
final class EquationTable {

  static final String BEGIN = "<!-- derived: written by SamplesTest -->\n";
  static final String END = "<!-- end of what is derived -->\n";

  /** Id; the notes' equation; model; form; the values whose gradients it is about, or {@code =NAME}, or {@code update}. */
  private static final String ROWS = """
      A1; dJ/dZ2 = (1/m)(A2 - Y); a-columns; MATRIX; Z2
      A2; dJ/dW2 = (1/m)(A2 - Y) A1'; a-columns; MATRIX; W2
      A2; rows as samples: dJ/dW2 = (1/m) A1' (A2 - Y); a-rows; MATRIX; W2
      A3; dJ/db2 = (1/m) rowsum(A2 - Y); a-columns; MATRIX; b2
      A4; dJ/dZ1 = W2' dJ/dZ2 .* f'(Z1); a-columns; MATRIX; Z1
      A5; dJ/dW1 = dJ/dZ1 X'; a-columns; MATRIX; W1
      A6; dJ/db1 = rowsum(dJ/dZ1); a-columns; MATRIX; b1
      B1; dL/dz2 = a2 - y; dL/dW2 = (a2 - y) a1'; dL/db2 = a2 - y; b-one-sample; MATRIX; z2,W2,b2
      B2; dL/dz1 = W2' dL/dz2 .* f'(z1); dL/dW1 = dL/dz1 x'; dL/db1 = dL/dz1; b-one-sample; MATRIX; z1,W1,b1
      B3; W <- W - rate dL/dW; b-one-sample; MATRIX; update
      C1; e_j = dJ/dz_j; dJ/dw_ij = a_i e_j; dJ/db_j = e_j; c-per-unit; MATRIX; w35,b5
      C2; e_j = (sum_k w_jk e_k) f'(z_j); c-per-unit; MATRIX; a3,z3
      C3; dJ/dW = a e'; dJ/db = e; e = (W e_next) .* f'(z); c-one-sample; MATRIX; W3,b3,a3,z3
      C4; dJ/dW = A E'; dJ/db = sum_n e_n; E = (W E_next) .* f'(Z); c-batch; MATRIX; W3,b3,A3,Z3
      D1; dJ/dYh = -Y./Yh + (1-Y)./(1-Yh); dJ/dZ2 = Yh - Y; d-one-sample; MATRIX; yh,z2
      D1; the same over m samples; d-relu; MATRIX; Yh,Z2
      D2; dJ/dW2 = dJ/dZ2 A1'; dJ/dA1 = W2' dJ/dZ2; d-relu; MATRIX; W2,A1
      D3; dJ/dZ1 = dJ/dA1 .* 1{Z1 >= 0}; d-relu; MATRIX; Z1
      D4; dJ/dW1 = dJ/dZ1 X'; d-relu; MATRIX; W1
      D5; L layers: D2 to D4 from layer L down to 1; d-deep; MATRIX; W4,A3,Z3,W3
      D6; dJ/db2 = rowsum(dJ/dZ2); dJ/db1 = rowsum(dJ/dZ1); d-relu; MATRIX; b2,b1
      D7; the mean is over the batch's own size m; d-relu; MATRIX; =J
      D8; mo <- b mo - (1-b) g; w <- w + rate mo / (1 - b^t); d-relu; MATRIX; update
      D9; Adam, eps inside the root; d-one-sample; MATRIX; update
      D10; Adam, eps outside the root; d-deep; MATRIX; update
      E1; J = (1/m) sum_c sum_i err(A_ic, y_ic); e-any-error; INDEX; =J
      E2; dA = err'(A, Y); dZ = dA .* f'(Z); e-any-error; MATRIX; A,Z
      E3; dJ/dW_ij = (1/m) sum_c err'(A_ic, y_ic) f'(Z_ic) A_prev_jc; e-any-error; INDEX; W
      E3; dW = dZ A_prev'; e-any-error; MATRIX; W
      E4; db = sum_c dZ_c; dA_prev = W' dZ; e-any-error; MATRIX; b,Aprev
      F1; colsum(Y) == 1: dJ/dZ = (P - Y)/m; f-softmax; MATRIX; Z
      F1; any Y: (P .* colsum(Y) - Y)/m; f-softmax-any-target; MATRIX; Z
      F2; tanh output, log loss on (1+T)/2: (T - Y)/m; f-tanh; MATRIX; Z
      F3; sigmoid, half squared error: (A - Y) .* A .* (1 - A) / m; f-squared; MATRIX; Z
      F4; exp output, Poisson loss: (exp(Z) - Y)/m; f-poisson; MATRIX; Z
      F5; 1 - sigmoid(Z) in three spellings, summed; f-spellings; MATRIX; Z
      F6; weight decay: + lambda W / m; f-l2; MATRIX; W
      """;

  private final Map<String, CompiledModel> models = new LinkedHashMap<>();
  private final Map<List<Object>, Derivation> derivations = new LinkedHashMap<>();

  private static final Map<String, String> SECTIONS = sections();

  private static Map<String, String> sections() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("A", "Two layers, sigmoid output, log loss averaged over m");
    titles.put("B", "The same network for one sample, and the update");
    titles.put("C", "Any depth: per unit, per sample and per batch; weights stored inputs x outputs");
    titles.put("D", "ReLU, L layers, mini-batches, momentum, Adam");
    titles.put("E", "Any error function and any activation, entry by entry");
    titles.put("F", "Beyond the notes");
    return titles;
  }

  /** A table for each section; the derivative of a step, {@code dA/dZ}, is f'(Z). */
  String markdown() {
    StringBuilder text = new StringBuilder();
    String section = "";
    for (String row : ROWS.lines().toList()) {
      List<String> parts = new ArrayList<>(List.of(row.split("; ")));
      if (!row.startsWith(section) || section.isEmpty()) {
        section = row.substring(0, 1);
        text.append("\n### ").append(section).append(". ").append(SECTIONS.get(section))
            .append("\n\n| id | in the notes | derived | model |\n| --- | --- | --- | --- |\n");
      }
      String what = parts.remove(parts.size() - 1);
      Form form = Form.valueOf(parts.remove(parts.size() - 1));
      String model = parts.remove(parts.size() - 1);
      String id = parts.remove(0);
      text.append("| ").append(id).append(" | `").append(String.join("`<br>`", parts)).append("` | ")
          .append(derived(model, form, what)).append(" | [").append(model).append("](").append(model).append(".md) |\n");
    }
    return text.append('\n').toString();
  }

  private String derived(String model, Form form, String what) {
    CompiledModel compiled = models.computeIfAbsent(model,
        name -> Programs.compiled(Texts.source(Texts.EQUATIONS.resolve(name + ".nn"))));
    if (what.equals("update")) {
      return code(compiled.lowered().updates().get(0).formula());
    }
    Derivation derivation = derivations.computeIfAbsent(List.of(model, form),
        key -> compiled.deriver().derive(new ExplainOptions(form, true, List.of(), Optional.empty())));
    return String.join("<br>", List.of(what.split(",")).stream().map(name -> name.startsWith("=") ? definition(derivation, name.substring(1))
        : gradient(derivation, name)).toList());
  }

  private static String code(List<String> formulas) {
    return String.join("<br>", formulas.stream().map(formula -> "`" + formula.replace("|", "\\|") + "`").toList());
  }

  private static String definition(Derivation derivation, String name) {
    Derivation.Definition definition = derivation.forward().stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
    return math(latex(definition.left()) + " = " + latex(definition.right().orElseThrow()));
  }

  /** The rule's own line and the last one. */
  private static String gradient(Derivation derivation, String name) {
    Adjoint adjoint = derivation.backward().stream().filter(a -> !a.shared() && a.value().equals(name)).findFirst().orElseThrow();
    String first = latex(adjoint.lines().get(0).formula());
    String last = latex(adjoint.conclusion().formula());
    return math(latex(adjoint.left()) + " = " + first + (last.equals(first) ? "" : " = " + last));
  }

  private static String latex(Formula formula) {
    return new LatexPrinter().latex(formula);
  }

  private static String math(String latex) {
    return "$\\displaystyle " + latex.replace("|", "\\vert ") + "$";
  }
}
