package dev.nngen.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Comparisons as Markdown tables and as JSON. */
record Report(Settings settings, List<Comparison> comparisons) {

  String markdown() {
    List<Comparison> measured = comparisons.stream().filter(comparison -> !comparison.turns().isEmpty()).toList();
    StringBuilder text = new StringBuilder(agreement());
    if (!measured.isEmpty()) {
      text.append("\nMicroseconds of " + kind() + ", median of the rounds; * where the gradient is another one\n\n").append(table(measured, this::microseconds));
      text.append("\nThe same divided by that of ").append(settings.reference())
          .append(" in the same round: median [quartiles]\n\n").append(table(measured, this::ratio));
      text.append("\nShare of the multiply-add peak, of each thread ").append(peaks()).append("\n\n")
          .append(table(measured.stream().filter(Report::large).toList(), this::share));
      text.append("\n").append(load(measured)).append("\n");
    }
    return text.toString();
  }

  private String kind() {
    return settings.byTheClock() ? "elapsed time with " + settings.threads() + " threads" : "processor time";
  }

  private static boolean large(Comparison comparison) {
    return comparison.what().equals("step") && comparison.workload().operations() > 1e7;
  }

  private Set<String> peers() {
    return comparisons.stream().flatMap(comparison -> comparison.agreements().keySet().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The greatest difference of each peer over all comparisons. */
  private String agreement() {
    StringBuilder text = new StringBuilder("| gradients | networks f32 | f64 | greatest difference f32 | f64 |\n| --- | --- | --- | --- | --- |\n");
    for (String peer : peers()) {
      text.append("| ").append(peer);
      for (Precision precision : Precision.values()) {
        text.append(" | ").append(differences(peer, precision).size());
      }
      for (Precision precision : Precision.values()) {
        String greatest = differences(peer, precision).values().stream().max(Double::compare)
            .map(value -> String.format(Locale.ROOT, "%.1e", value)).orElse("");
        text.append(" | ").append(greatest);
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  private Map<Workload, Double> differences(String peer, Precision precision) {
    Map<Workload, Double> differences = new LinkedHashMap<>();
    for (Comparison comparison : comparisons) {
      if (comparison.precision() == precision && comparison.agreements().containsKey(peer)) {
        differences.put(comparison.workload(), comparison.agreements().get(peer).difference());
      }
    }
    return differences;
  }

  private String table(List<Comparison> rows, BiFunction<Comparison, String, String> cell) {
    StringBuilder text = new StringBuilder("| |");
    peers().forEach(peer -> text.append(' ').append(peer).append(" |"));
    text.append("\n| --- |").append(" --- |".repeat(peers().size())).append('\n');
    for (Comparison row : rows) {
      text.append("| ").append(row.workload()).append(' ').append(row.precision().label()).append(row.what().equals("predict") ? " predict" : "").append(" |");
      peers().forEach(peer -> text.append(' ').append(row.has(peer) ? cell.apply(row, peer) + mark(row, peer) : "").append(" |"));
      text.append('\n');
    }
    return text.toString();
  }

  private static String mark(Comparison comparison, String peer) {
    return comparison.agreements().get(peer).agrees() ? "" : " *";
  }

  private String microseconds(Comparison comparison, String peer) {
    return threeDigits(comparison.time(peer).median() / 1000);
  }

  private String ratio(Comparison comparison, String peer) {
    if (!comparison.has(settings.reference())) {
      return "";
    }
    Statistics ratio = comparison.ratio(peer, settings.reference());
    return threeDigits(ratio.median()) + " [" + threeDigits(ratio.lower()) + ", " + threeDigits(ratio.upper()) + "]";
  }

  private String share(Comparison comparison, String peer) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * comparison.shareOfPeak(peer, settings.threads(peer) * peak(comparison.precision())));
  }

  /** The best of all rounds: the peak of an idle machine. */
  private double peak(Precision precision) {
    return comparisons.stream().filter(comparison -> comparison.precision() == precision)
        .flatMap(comparison -> comparison.peaks().stream()).max(Double::compare).orElse(Double.NaN);
  }

  private String peaks() {
    return String.format(Locale.ROOT, "%.0f GFLOP/s in f32, %.0f in f64", peak(Precision.F32), peak(Precision.F64));
  }

  private String load(List<Comparison> measured) {
    List<Double> shares = new ArrayList<>();
    measured.forEach(comparison -> comparison.peaks().forEach(peak -> shares.add(peak / peak(comparison.precision()))));
    Statistics share = Statistics.of(shares);
    return String.format(Locale.ROOT, "Before each round a loop of multiply-adds ran at %.0f %% [%.0f, %.0f] of its best: the rest was other load. "
            + "Most processor time per elapsed time: %s.",
        100 * share.median(), 100 * share.lower(), 100 * share.upper(), threads(measured));
  }

  /** The peers' largest medians of processor time over elapsed time: near 1 or below if there is one thread. */
  private String threads(List<Comparison> measured) {
    return peers().stream().map(peer -> peer + " " + threeDigits(measured.stream().filter(comparison -> comparison.has(peer))
        .mapToDouble(comparison -> comparison.processor(peer).median() / comparison.elapsed(peer).median()).max().orElse(Double.NaN)))
        .collect(Collectors.joining(", "));
  }

  private static String threeDigits(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /** All rounds of all peers. */
  String json() {
    return "{\"reference\": \"" + settings.reference() + "\", \"java\": \"" + System.getProperty("java.vm.version") + "\", \"comparisons\": [\n"
        + comparisons.stream().map(this::json).collect(Collectors.joining(",\n")) + "\n]}\n";
  }

  private String json(Comparison comparison) {
    String peers = comparison.agreements().keySet().stream().map(peer -> json(comparison, peer)).collect(Collectors.joining(", "));
    return String.format(Locale.ROOT, "{\"workload\": \"%s\", \"description\": \"%s\", \"precision\": \"%s\", \"what\": \"%s\", \"operations\": %.0f, "
        + "\"peakGflops\": %s, \"peers\": {%s}}", comparison.workload(), comparison.workload().description(), comparison.precision().label(),
        comparison.what(), comparison.workload().operations(), numbers(comparison.peaks()), peers);
  }

  private String json(Comparison comparison, String peer) {
    Agreement agreement = comparison.agreements().get(peer);
    String text = "\"" + peer + "\": {\"gradientDifference\": " + number(agreement.difference()) + ", \"agrees\": " + agreement.agrees();
    if (comparison.has(peer)) {
      text += ", \"medianNanoseconds\": " + number(comparison.time(peer).median()) + ", \"medianElapsed\": " + number(comparison.elapsed(peer).median())
          + ", \"nanoseconds\": " + numbers(comparison.turns().get(peer).stream().map(Turn::processor).toList())
          + ", \"elapsed\": " + numbers(comparison.turns().get(peer).stream().map(Turn::elapsed).toList());
      if (comparison.has(settings.reference())) {
        text += ", \"ratio\": " + number(comparison.ratio(peer, settings.reference()).median());
      }
    }
    return text + "}";
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(Report::number).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "null";
  }
}
