package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds pairs of values carried over the indices of two blocks that depend on each other. A step of the outer block would then contain all steps of
 * the inner one, which is not supported.
 */
record NestedRecurrences(Session session) {

  /** Reports the first such pair. */
  void check() {
    Map<Integer, Set<Integer>> made = new LinkedHashMap<>();
    List<Block.Carried> all = new ArrayList<>(session.recurrences());
    all.forEach(carried -> made.put(carried.number, carriedIn(carried.local.orElseThrow().value)));
    for (Set<Integer> of : made.values()) {
      Deque<Integer> open = new ArrayDeque<>(of);
      while (!open.isEmpty()) {
        made.getOrDefault(open.pop(), Set.of()).stream().filter(of::add).forEach(open::push);
      }
    }
    for (Block.Carried inner : all) {
      for (Block.Carried outer : all) {
        boolean together = made.get(inner.number).contains(outer.number) && made.get(outer.number).contains(inner.number);
        if (together && block(outer).number < block(inner).number) {
          session.report.error(Diagnostic.of(ErrorCode.MISPLACED, inner.name.span(), "`" + inner.name.name() + "` is carried over `" + block(inner).index + "` and `"
              + outer.name.name() + "` over `" + block(outer).index + "`, and each depends on the other").note(outer.name.span(), "`" + outer.name.name() + "` starts here")
              .help("let the inner block use only what `" + block(outer).index + "` provides: move `prev(" + outer.name.name() + ")` out of it, or `repeat` the inner steps"));
          return;
        }
      }
    }
  }

  private Block block(Block.Carried carried) {
    return session.numbered.stream().filter(block -> block.carried.containsValue(carried)).findFirst().orElseThrow();
  }

  /** Returns the numbers of the carried values on which a value depends. */
  private Set<Integer> carriedIn(int value) {
    Set<Integer> seen = new HashSet<>();
    Set<Integer> found = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      int id = open.pop();
      if (id != Values.POISON && seen.add(id)) {
        if (session.values.get(id).op() instanceof Op.Carried carried) {
          found.add(carried.number());
        }
        open.addAll(session.values.get(id).operands());
      }
    }
    return found;
  }
}
