package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A product of two entries as a product of matrices with arbitrary strides, inside loops that are neither rows nor columns nor terms. */
record StridedCall(ProductNest nest, Entry left, Entry right) {

  /** Loops of one side of the product, and the strides along it. */
  private record Side(List<Loop> loops, Affine length, Affine to, Affine left, Affine right) {

    /** Returns both sides as one, if the entries of the other follow those of this one. */
    Optional<Side> joined(Side outer) {
      boolean follows = isWhole() && outer.isWhole() && outer.to.equals(times(to, length)) && outer.left.equals(times(left, length)) && outer.right.equals(times(right, length));
      if (!follows) {
        return Optional.empty();
      }
      List<Loop> all = new ArrayList<>(loops);
      all.addAll(outer.loops);
      return Optional.of(new Side(all, times(length, outer.length), to, left, right));
    }

    private boolean isWhole() {
      return loops.stream().allMatch(Loop::isWhole);
    }

    double supposed() {
      return CallNest.supposed(loops);
    }

    private static Affine times(Affine one, Affine size) {
      return one.timesSize(size).orElse(Affine.of(-1));
    }
  }

  /** Returns the loops with the call inside; empty if there is none or it does not pay. */
  Optional<Instruction> instruction() {
    List<Side> sides = nest.loops().stream().filter(CallNest::isPlain).map(this::side).toList();
    Optional<Side> columns = longest(sides, sides.stream().filter(side -> side.to().equals(Affine.of(1)) && side.left().equals(Affine.ZERO) && !side.right().equals(Affine.ZERO)).toList());
    Optional<Side> rows = longest(sides, sides.stream().filter(side -> !side.to().equals(Affine.ZERO) && !side.left().equals(Affine.ZERO) && side.right().equals(Affine.ZERO)).toList());
    Optional<Side> terms = longest(sides, sides.stream().filter(side -> side.to().equals(Affine.ZERO) && !side.left().equals(Affine.ZERO) && !side.right().equals(Affine.ZERO)).toList());
    if (columns.isEmpty() || rows.isEmpty() || terms.isEmpty()) {
      return Optional.empty();
    }
    List<Side> all = List.of(rows.get(), columns.get(), terms.get());
    CallNest around = CallNest.of(nest, all.stream().flatMap(side -> side.loops().stream()).toList());
    boolean inRows = rows.get().left().equals(Affine.of(1)) || terms.get().left().equals(Affine.of(1));
    return inRows && around.isProfitable(all.stream().map(Side::loops).toList()) ? Optional.of(around.with(new Multiply(nest.scale(), around.first(nest.to()), rows.get().to(), around.first(left), rows.get().left(), terms.get().left(),
        around.first(right), terms.get().right(), columns.get().right(), rows.get().length(), columns.get().length(), terms.get().length(), nest.accumulates()))) : Optional.empty();
  }

  private Side side(Loop loop) {
    return new Side(List.of(loop), CallNest.length(loop), nest.to().offset().stride(loop.counter()), left.offset().stride(loop.counter()), right.offset().stride(loop.counter()));
  }

  /** Returns the longest side, merged with the sides that follow it. */
  private static Optional<Side> longest(List<Side> all, List<Side> kind) {
    Optional<Side> best = Optional.empty();
    for (Side first : kind) {
      Side joined = first;
      for (boolean grows = true; grows;) {
        grows = false;
        for (Side other : all) {
          Optional<Side> more = joined.loops().contains(other.loops().get(0)) ? Optional.empty() : joined.joined(other);
          joined = more.orElse(joined);
          grows |= more.isPresent();
        }
      }
      Side found = joined;
      best = best.filter(known -> known.supposed() >= found.supposed()).or(() -> Optional.of(found));
    }
    return best;
  }
}
