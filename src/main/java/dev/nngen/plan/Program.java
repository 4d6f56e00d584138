package dev.nngen.plan;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/**
 * An entry point of a generated class that runs kernels. Programs are ordered as their kernels are.
 *
 * @param index of the loss that it computes or differentiates, or of the update that it runs
 */
public record Program(Kind kind, int index) implements Comparable<Program> {

  /** Purpose of an entry point. STATES computes the model's states after a step, after its gradients and before UPDATE changes parameters. */
  public enum Kind { PREDICT, LOSS, GRADIENTS, STATES, UPDATE }

  private static final Comparator<Program> ORDER = Comparator.comparing(Program::kind).thenComparing(Program::index);

  public static final Program PREDICT = new Program(Kind.PREDICT, 0);
  public static final Program LOSS = loss(0);
  public static final Program GRADIENTS = gradients(0);
  public static final Program UPDATE = update(0);

  /** Computes a loss. */
  public static Program loss(int index) {
    return new Program(Kind.LOSS, index);
  }

  /** Computes a loss and its gradients. */
  public static Program gradients(int index) {
    return new Program(Kind.GRADIENTS, index);
  }

  /** Computes the model's states after a step of a loss, after its gradients. */
  public static Program states(int index) {
    return new Program(Kind.STATES, index);
  }

  /** Changes parameters. */
  public static Program update(int index) {
    return new Program(Kind.UPDATE, index);
  }

  /** Whether the programs are updates. */
  static boolean areUpdates(Set<Program> programs) {
    return programs.stream().anyMatch(program -> program.kind() == Kind.UPDATE);
  }

  /** Returns the first of the programs in their order. */
  static Program first(Set<Program> programs) {
    return programs.stream().min(Comparator.naturalOrder()).orElseThrow();
  }

  @Override
  public int compareTo(Program other) {
    return ORDER.compare(this, other);
  }

  /** Returns the kind, followed by the number of a second loss or update. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + (index == 0 ? "" : " " + (index + 1));
  }
}
