package dev.nngen.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Live ranges: the steps that first write and last access each tensor, as positions in the order of the steps. */
record Lifetimes(Map<Tensor, Integer> first, Map<Tensor, Integer> last) {

  static Lifetimes of(List<Step> steps) {
    Map<Tensor, Integer> first = new LinkedHashMap<>();
    Map<Tensor, Integer> last = new LinkedHashMap<>();
    for (int s = 0; s < steps.size(); s++) {
      for (Tensor tensor : Accesses.reads(steps.get(s))) {
        last.put(tensor, s);
      }
      for (Tensor tensor : Accesses.writes(steps.get(s))) {
        first.putIfAbsent(tensor, s);
        last.put(tensor, s);
      }
    }
    return new Lifetimes(first, last);
  }
}
