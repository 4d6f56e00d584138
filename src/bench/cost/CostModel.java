package dev.nngen.codegen;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.SourceLoader;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Planner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks {@link KernelCost} against measurements: for networks around each threshold, the chosen way and every other, in
 * single precision, with a batch of 16. Arguments name the choices; without arguments all are measured.
 */
final class CostModel {

  /** A choice within this of the best way is right. */
  private static final double TOLERANCE = 1.1;

  private int rows;
  private int right;
  private double worst = 1;

  private CostModel() {}

  public static void main(String[] arguments) throws Exception {
    CostModel model = new CostModel();
    for (Choice choice : Choice.values()) {
      if (arguments.length == 0 || List.of(arguments).contains(choice.name())) {
        model.check(choice);
      }
    }
    System.out.printf(Locale.ROOT, "%nRight within %.0f %%: %d of %d, at worst %.2f times the best.%n", (TOLERANCE - 1) * 100, model.right, model.rows, model.worst);
  }

  private void check(Choice choice) throws Exception {
    System.out.printf("%n%s (%s)%n%n| network | chosen | ns of a step | chosen by best | right |%n| --- | --- | --- | --- | --- |%n", choice.title(), choice);
    for (String shape : choice.shapes()) {
      check(choice, shape);
    }
  }

  private void check(Choice choice, String shape) throws Exception {
    Plan plan = Planner.plan(model(shape));
    Map<String, String> texts = new LinkedHashMap<>();
    choice.ways().forEach((way, cost) -> texts.put(way, text(plan, choice.kernels(cost))));
    String chosenText = text(plan, choice.kernels(KernelCost.MEASURED));
    String chosen = texts.entrySet().stream().filter(way -> way.getValue().equals(chosenText)).map(Map.Entry::getKey).findFirst().orElse("by part");
    texts.putIfAbsent(chosen, chosenText);
    List<String> ways = distinct(texts);
    if (ways.size() == 1) {
      System.out.printf("| %s | no other way | | | |%n", shape);
      return;
    }
    String[] units = shape.split("-");
    double[] times = new Turns(ways.stream().map(texts::get).toList(), Integer.parseInt(units[0]), Integer.parseInt(units[units.length - 1]))
        .nanoseconds();
    report(shape, ways.stream().filter(way -> texts.get(way).equals(chosenText)).findFirst().orElseThrow(), ways, times);
  }

  /** The ways whose generated text differs from that of earlier ones. */
  private static List<String> distinct(Map<String, String> texts) {
    List<String> ways = new ArrayList<>();
    texts.forEach((way, text) -> {
      if (ways.stream().noneMatch(other -> texts.get(other).equals(text))) {
        ways.add(way);
      }
    });
    return ways;
  }

  private void report(String shape, String chosen, List<String> ways, double[] times) {
    double ratio = times[ways.indexOf(chosen)] / Arrays.stream(times).min().orElseThrow();
    rows++;
    right += ratio <= TOLERANCE ? 1 : 0;
    worst = Math.max(worst, ratio);
    String all = ways.stream().map(way -> String.format(Locale.ROOT, "%s %.0f", way, times[ways.indexOf(way)])).collect(Collectors.joining(", "));
    System.out.printf(Locale.ROOT, "| %s | %s | %s | %.2f | %s |%n", shape, chosen, all, ratio, ratio <= TOLERANCE ? "yes" : "no");
  }

  private static String text(Plan plan, KernelSet kernels) {
    return JavaEmitter.emit(plan, new CodegenOptions("", kernels, "", "", "", "")).text();
  }

  /** Dense layers with these numbers of units, with relu except in the last. */
  private static Program<Phase.Simplified> model(String shape) {
    String[] units = shape.split("-");
    StringBuilder text = new StringBuilder("precision f32;\nmodel Net {\n  samples rows;\n  input X[" + units[0] + "];\n  target Y["
        + units[units.length - 1] + "];\n");
    for (int k = 1; k < units.length; k++) {
      boolean last = k == units.length - 1;
      text.append("  ").append(last ? "P" : "H" + k).append(" = dense(").append(k == 1 ? "X" : "H" + (k - 1)).append(", ").append(units[k])
          .append(last ? ");\n" : ") |> relu;\n");
    }
    text.append("  minimize J = mean(squared(P, Y));\n  train sgd(rate = 1e-6);\n}\n");
    Diagnostics diagnostics = new Diagnostics();
    return new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source(shape, text.toString()), diagnostics).stream().findFirst()
        .orElseThrow(() -> new IllegalStateException(diagnostics + "\n" + text)).simplified();
  }
}
