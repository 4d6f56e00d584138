package dev.nngen.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A kernel that is still being put together. */
final class KernelDraft {

  private final Set<Program> needs;
  private final String owner;
  private final List<Step> steps = new ArrayList<>();
  private final List<Kernel.Value> values = new ArrayList<>();

  KernelDraft(Set<Program> needs, String owner) {
    this.needs = needs;
    this.owner = owner;
  }

  Set<Program> needs() {
    return needs;
  }

  /** The parameter whose update this is; empty where there is none. */
  String owner() {
    return owner;
  }

  List<Step> steps() {
    return steps;
  }

  List<Kernel.Value> values() {
    return values;
  }
}
