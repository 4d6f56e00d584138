package dev.nngen.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The largest difference of an entry between a peer's gradient and the reference gradient, relative to the largest entry.
 *
 * @param loss the loss it told, NaN if none
 * @param difference the relative difference
 * @param agrees whether it is within what the precision allows
 */
record Agreement(double loss, double difference, boolean agrees) {

  /**
   * Compares all workers with {@link Reference}, and of other networks than chains with a peer that has nothing in common with the one that times are
   * divided by. A peer that disagrees is reported, because its times are meaningless.
   */
  static Map<String, Agreement> of(Settings settings, List<WorkerProcess> workers, Workload workload, Precision precision)
      throws IOException {
    Map<String, Prepared.Gradient> gradients = new LinkedHashMap<>();
    for (WorkerProcess worker : workers) {
      gradients.put(worker.name(), worker.gradient());
    }
    Prepared.Gradient reference = workload.network().isEmpty() ? Reference.gradient(workload) : other(settings, gradients);
    Map<String, Agreement> agreements = new LinkedHashMap<>();
    for (WorkerProcess worker : workers) {
      Prepared.Gradient gradient = gradients.get(worker.name());
      if (workload.network().isEmpty() && settings.record() != null && precision == Precision.F64 && worker.name().equals(settings.reference())) {
        Recording.append(settings.record(), workload, gradient);
      }
      Agreement agreement = of(gradient, reference, tolerance(workload, precision));
      agreements.put(worker.name(), agreement);
      if (!agreement.agrees()) {
        System.err.println(worker.name() + " computes another gradient of " + workload + ": " + agreement);
      }
    }
    return agreements;
  }

  /** In f32 rounding decides of some entry of an image which side of relu's corner, or of the largest of a window, it is on. */
  private static double tolerance(Workload workload, Precision precision) {
    return precision == Precision.F64 ? 1e-10 : workload.network().isPresent() ? 1e-3 : 1e-4;
  }

  /** The gradient of the first peer that is not the one that times are divided by, if there is one. */
  private static Prepared.Gradient other(Settings settings, Map<String, Prepared.Gradient> gradients) {
    return gradients.entrySet().stream().filter(entry -> !entry.getKey().equals(settings.reference())).map(Map.Entry::getValue).findFirst()
        .orElseGet(() -> gradients.get(settings.reference()));
  }

  private static Agreement of(Prepared.Gradient gradient, Prepared.Gradient reference, double tolerance) {
    double largest = 0;
    double difference = 0;
    for (int k = 0; k < reference.values().length; k++) {
      largest = Math.max(largest, Math.abs(reference.values()[k]));
      double distance = Math.abs(gradient.values()[k] - reference.values()[k]);
      difference = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : Math.max(difference, distance);
    }
    double lossDifference = Double.isNaN(gradient.loss()) ? 0 : Math.abs(gradient.loss() - reference.loss()) / Math.abs(reference.loss());
    return new Agreement(gradient.loss(), difference / largest, difference <= tolerance * largest && lossDifference <= tolerance);
  }
}
