package dev.nngen.plan;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/**
 * An entry point of a generated class that runs kernels. They are ordered as their kernels are.
 *
 * @param index which of the model's losses it computes or differentiates, or which of its updates it is
 */
public record Program(Kind kind, int index) implements Comparable<Program> {

  /** What entry points are for. STATES has what a step computes for the model's states beside its gradients, before UPDATE changes parameters. */
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

  /** Computes the model's states after a step of a loss, behind its gradients. */
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

  /** The first in order. */
  static Program first(Set<Program> programs) {
    return programs.stream().min(Comparator.naturalOrder()).orElseThrow();
  }

  @Override
  public int compareTo(Program other) {
    return ORDER.compare(this, other);
  }

  /** As plans print it: the kind, and the number of a second loss or update. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + (index == 0 ? "" : " " + (index + 1));
  }
}
