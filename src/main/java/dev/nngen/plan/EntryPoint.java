package dev.nngen.plan;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/**
 * An entry point of a generated class that runs kernels. Programs are ordered as their kernels are.
 *
 * @param index of the loss that it computes or differentiates, or of the update that it runs
 */
public record EntryPoint(Kind kind, int index) implements Comparable<EntryPoint> {

  /** Purpose of an entry point. STATES computes the model's states after a step, after its gradients and before UPDATE changes parameters. */
  public enum Kind { PREDICT, LOSS, GRADIENTS, STATES, UPDATE }

  private static final Comparator<EntryPoint> ORDER = Comparator.comparing(EntryPoint::kind).thenComparing(EntryPoint::index);

  public static final EntryPoint PREDICT = new EntryPoint(Kind.PREDICT, 0);
  public static final EntryPoint LOSS = loss(0);
  public static final EntryPoint GRADIENTS = gradients(0);
  public static final EntryPoint UPDATE = update(0);

  /** Computes a loss. */
  public static EntryPoint loss(int index) {
    return new EntryPoint(Kind.LOSS, index);
  }

  /** Computes a loss and its gradients. */
  public static EntryPoint gradients(int index) {
    return new EntryPoint(Kind.GRADIENTS, index);
  }

  /** Computes the model's states after a step of a loss, after its gradients. */
  public static EntryPoint states(int index) {
    return new EntryPoint(Kind.STATES, index);
  }

  /** Changes parameters. */
  public static EntryPoint update(int index) {
    return new EntryPoint(Kind.UPDATE, index);
  }

  /** Whether the programs are updates. */
  static boolean areUpdates(Set<EntryPoint> programs) {
    return programs.stream().anyMatch(program -> program.kind() == Kind.UPDATE);
  }

  /** Returns the first of the programs in their order. */
  static EntryPoint first(Set<EntryPoint> programs) {
    return programs.stream().min(Comparator.naturalOrder()).orElseThrow();
  }

  @Override
  public int compareTo(EntryPoint other) {
    return ORDER.compare(this, other);
  }

  /** Returns the kind, followed by the number of a second loss or update. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + (index == 0 ? "" : " " + (index + 1));
  }
}
