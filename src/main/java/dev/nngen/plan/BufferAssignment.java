package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Assigns buffers to temporaries by a linear scan over the steps. A value that is computed entry by entry takes over the buffer of an operand whose
 * live range ends there. Any other value takes the smallest free buffer of the same kind that is large enough. Sizes with different run-time
 * dimensions never share a buffer, because either may be the larger.
 */
final class BufferAssignment {

  /** A buffer under construction. */
  private static final class Slot {
    final List<Tensor> tensors = new ArrayList<>();
    long size;

    void add(Tensor tensor) {
      tensors.add(tensor);
      size = Math.max(size, tensor.fixedSize());
    }
  }

  private final List<Step> steps;
  private final Lifetimes lifetimes;
  private final List<Slot> slots = new ArrayList<>();
  private final Map<Tensor, Slot> slotOf = new LinkedHashMap<>();
  private final Map<List<Extent.Symbol>, TreeMap<Long, List<Slot>>> free = new HashMap<>();

  private BufferAssignment(List<Step> steps) {
    this.steps = steps;
    this.lifetimes = Lifetimes.of(steps);
  }

  /** Returns the buffers of all temporaries except plain numbers. */
  static List<Buffer> assign(List<Step> steps) {
    BufferAssignment assignment = new BufferAssignment(steps);
    for (int s = 0; s < steps.size(); s++) {
      assignment.run(s);
    }
    return assignment.slots.stream().map(slot -> new Buffer(slot.tensors)).toList();
  }

  private void run(int s) {
    Step step = steps.get(s);
    List<Slot> dying = new ArrayList<>();
    List<Tensor> dead = new ArrayList<>();
    for (Tensor tensor : Accesses.reads(step)) {
      if (slotOf.containsKey(tensor) && lifetimes.last().get(tensor) == s && !Accesses.writes(step).contains(tensor)) {
        dead.add(tensor);
        dying.add(slotOf.get(tensor));
      }
    }
    for (Tensor tensor : Accesses.writes(step)) {
      if (shares(tensor) && lifetimes.first().get(tensor) == s) {
        Slot slot = inherited(step, tensor, dead, dying);
        place(tensor, slot != null ? slot : take(tensor));
      }
      if (shares(tensor) && lifetimes.last().get(tensor) == s) {
        dying.add(slotOf.get(tensor));
      }
    }
    dying.forEach(this::release);
  }

  private static boolean shares(Tensor tensor) {
    return tensor.kind() == Tensor.Kind.TEMPORARY && !tensor.isScalar();
  }

  private void place(Tensor tensor, Slot slot) {
    slot.add(tensor);
    slotOf.put(tensor, slot);
  }

  private Slot inherited(Step step, Tensor to, List<Tensor> dead, List<Slot> dying) {
    for (Tensor from : dead) {
      Slot slot = slotOf.get(from);
      if (dying.contains(slot) && Accesses.mayReplace(step, from, to)) {
        dying.remove(slot);
        return slot;
      }
    }
    return null;
  }

  private Slot take(Tensor tensor) {
    TreeMap<Long, List<Slot>> sizes = free.computeIfAbsent(tensor.openDims(), d -> new TreeMap<>());
    Map.Entry<Long, List<Slot>> fit = sizes.ceilingEntry(tensor.fixedSize());
    if (fit == null) {
      fit = sizes.lastEntry();
    }
    if (fit == null) {
      slots.add(new Slot());
      return slots.get(slots.size() - 1);
    }
    Slot slot = fit.getValue().remove(fit.getValue().size() - 1);
    if (fit.getValue().isEmpty()) {
      sizes.remove(fit.getKey());
    }
    return slot;
  }

  private void release(Slot slot) {
    free.computeIfAbsent(slot.tensors.get(0).openDims(), d -> new TreeMap<>()).computeIfAbsent(slot.size, size -> new ArrayList<>()).add(slot);
  }
}
