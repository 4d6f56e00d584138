package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The points of a nest of loops one after the other: each fixed axis has a number at each point, the samples' axis the number
 * {@link #SAMPLE}, since a loop over samples stays.
 */
final class Unrolled {

  /** In the place of a number, the sample at hand. */
  static final int SAMPLE = -1;

  private final LoopNest nest;
  private final int[] point;
  private final Set<List<Integer>> declared = new HashSet<>();

  private Unrolled(LoopNest nest) {
    this.nest = nest;
    this.point = new int[nest.axes().size()];
  }

  /** An entry of a tensor, with a number or {@link #SAMPLE} for each dimension. */
  record Entry(Tensor tensor, List<Integer> at) {
    boolean isOfSample() {
      return at.contains(SAMPLE);
    }
  }

  /** What is done at each point. */
  interface Visitor {
    /** A local, at the first point that needs it. */
    void let(Let let, Point point);

    void effect(Effect effect, Point point);
  }

  /** Where a nest is at the moment. */
  record Point(List<Integer> at) {
    Entry entry(Tensor tensor, List<Integer> positions) {
      return new Entry(tensor, positions.stream().map(at::get).toList());
    }

    /** The numbers of the positions as subscripts of a name. */
    String subscripts(List<Integer> positions) {
      StringBuilder text = new StringBuilder();
      positions.stream().map(at::get).filter(index -> index != SAMPLE).forEach(index -> text.append('_').append(index));
      return text.toString();
    }
  }

  /** Walks over the nest in the order of its loops. */
  static void walk(LoopNest nest, Visitor visitor) {
    Unrolled unrolled = new Unrolled(nest);
    unrolled.level(0, visitor);
  }

  /** All entries that the nest reads, once for each time that it does. */
  static void loads(LoopNest nest, Consumer<Entry> reader) {
    walk(nest, new Visitor() {
      @Override
      public void let(Let let, Point point) {
        read(let.value(), point);
      }

      @Override
      public void effect(Effect effect, Point point) {
        read(effect.value(), point);
      }

      private void read(Scalar scalar, Point point) {
        Accesses.loads(scalar).forEach(load -> reader.accept(point.entry(load.tensor(), load.at())));
      }
    });
  }

  /** All entries that the nest writes, once for each time that it does; a sum is written when it is complete. */
  static void stores(LoopNest nest, Consumer<Entry> writer) {
    Set<List<Object>> sums = new HashSet<>();
    walk(nest, new Visitor() {
      @Override
      public void let(Let let, Point point) {
        // Writes nothing.
      }

      @Override
      public void effect(Effect effect, Point point) {
        Entry to = point.entry(effect.to(), effect.at());
        if (!(effect instanceof LoopNest.Reduce) || sums.add(List.of(effect, to))) {
          writer.accept(to);
        }
      }
    });
  }

  private void level(int depth, Visitor visitor) {
    Point here = new Point(Arrays.stream(point).boxed().toList());
    for (Let let : nest.lets()) {
      if (depthOf(let) == depth && declared.add(key(let, depth))) {
        visitor.let(let, here);
      }
    }
    if (depth == point.length) {
      nest.effects().forEach(effect -> visitor.effect(effect, here));
      return;
    }
    int count = nest.axes().get(depth) instanceof Extent.Fixed fixed ? fixed.size() : 1;
    for (int k = 0; k < count; k++) {
      point[depth] = nest.axes().get(depth) instanceof Extent.Fixed ? k : SAMPLE;
      level(depth + 1, visitor);
    }
    point[depth] = 0;
  }

  private int depthOf(Let let) {
    return depthOf(nest, let);
  }

  /** How many loops are around a local; in a nest that one loop serves, all are. */
  static int depthOf(LoopNest nest, Let let) {
    return nest.flat() && let.depth() > 0 ? nest.axes().size() : let.depth();
  }

  private List<Integer> key(Let let, int depth) {
    List<Integer> key = new ArrayList<>(List.of(let.id()));
    for (int k = 0; k < depth; k++) {
      key.add(point[k]);
    }
    return key;
  }
}
