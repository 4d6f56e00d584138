package dev.nngen.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A kernel under construction. */
final class KernelDraft {

  private final Set<EntryPoint> needs;
  private final String owner;
  private final List<Step> steps = new ArrayList<>();
  private final List<Kernel.Value> values = new ArrayList<>();

  KernelDraft(Set<EntryPoint> needs, String owner) {
    this.needs = needs;
    this.owner = owner;
  }

  Set<EntryPoint> needs() {
    return needs;
  }

  /** Returns the parameter that the kernel updates; empty if there is none. */
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
